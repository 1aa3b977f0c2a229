//! States as texts that may be ones nobody has documented yet.

/// Declares an enum of states with the spelling AWS uses, and with a variant that keeps any other.
macro_rules! states {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $variant,)+
            /// A state that this version does not know, as the event spells it; empty when the event has none.
            Other(String),
        }

        impl $name {
            /// The state as AWS spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            pub(crate) fn read(text: Option<String>) -> Self {
                match text.as_deref() {
                    $(Some($text) => Self::$variant,)+
                    _ => Self::Other(text.unwrap_or_default()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use states;
