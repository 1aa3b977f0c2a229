//! Update expressions: `SET a = b, ...` with `if_not_exists`, and `REMOVE a, ...`.

use super::super::answer::ServiceError;
use super::tokens::{Expressions, tokens};
use super::{Attributes, invalid};

/// Changes `item` as `text` says.
pub(super) fn apply(text: &str, expressions: &mut Expressions, item: &mut Attributes) -> Result<(), ServiceError> {
    // Every operand is the item's as it was before the update.
    let before = item.clone();
    let tokens = tokens(text);
    let (clause, mut rest) = tokens.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    loop {
        let (name, length) = match (clause, rest) {
            ("SET", [name, "=", "if_not_exists", "(", old, ",", value, ")", ..]) => {
                let (old, value) = (expressions.name(old)?, expressions.value(value)?);
                let name = expressions.name(name)?;
                item.insert(name.clone(), before.get(&old).cloned().unwrap_or(value));
                (name, 8)
            }
            ("SET", [name, "=", value, ..]) => {
                let (name, value) = (expressions.name(name)?, expressions.value(value)?);
                item.insert(name.clone(), value);
                (name, 3)
            }
            ("REMOVE", [name, ..]) => {
                let name = expressions.name(name)?;
                item.remove(&name);
                (name, 1)
            }
            _ => return invalid(format!("Invalid UpdateExpression: Syntax error in {text:?}")),
        };
        if ["pk", "sk"].contains(&name.as_str()) {
            return invalid(format!("Cannot update attribute {name}. This attribute is part of the key"));
        }
        rest = match &rest[length..] {
            [] => return Ok(()),
            [",", rest @ ..] => rest,
            _ => return invalid(format!("Invalid UpdateExpression: Syntax error in {text:?}")),
        };
    }
}
