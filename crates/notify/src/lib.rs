//! Messages to people.
