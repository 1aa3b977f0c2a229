//! Condition expressions: comparisons and functions, joined by AND and OR.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::answer::ServiceError;
use super::tokens::{Expressions, tokens};
use super::{Attributes, invalid};

/// Whether `text` holds for `item`; an item that is not there has no attributes.
pub(super) fn holds(text: &str, expressions: &mut Expressions, item: &Attributes) -> Result<bool, ServiceError> {
    let mut condition = Condition { tokens: tokens(text), next: 0, expressions, item };
    let holds = condition.any()?;
    match condition.peek() {
        None => Ok(holds),
        Some(more) => invalid(format!("Syntax error; token: {more:?}")),
    }
}

struct Condition<'a> {
    tokens: Vec<&'a str>,
    next: usize,
    expressions: &'a mut Expressions,
    item: &'a Attributes,
}

// Both sides are always read: a mistake on the right is one also when the left decides.
impl<'a> Condition<'a> {
    fn any(&mut self) -> Result<bool, ServiceError> {
        let mut holds = self.all()?;
        while self.take_if("OR") {
            holds |= self.all()?;
        }
        Ok(holds)
    }

    fn all(&mut self) -> Result<bool, ServiceError> {
        let mut holds = self.one()?;
        while self.take_if("AND") {
            holds &= self.one()?;
        }
        Ok(holds)
    }

    fn one(&mut self) -> Result<bool, ServiceError> {
        if self.take_if("(") {
            let holds = self.any()?;
            self.expect(")")?;
            return Ok(holds);
        }
        match self.take()? {
            "attribute_exists" => Ok(self.argument()?.is_some()),
            "attribute_not_exists" => Ok(self.argument()?.is_none()),
            "begins_with" => {
                self.expect("(")?;
                let attribute = self.attribute()?;
                self.expect(",")?;
                let prefix = self.value()?;
                self.expect(")")?;
                let text = attribute.as_ref().and_then(|value| value["S"].as_str());
                Ok(text.zip(prefix["S"].as_str()).is_some_and(|(text, prefix)| text.starts_with(prefix)))
            }
            name => {
                let name = self.expressions.name(name)?;
                let operator = self.take()?;
                let value = self.value()?;
                compared(self.item.get(&name), operator, &value)
            }
        }
    }

    fn argument(&mut self) -> Result<Option<Value>, ServiceError> {
        self.expect("(")?;
        let attribute = self.attribute()?;
        self.expect(")")?;
        Ok(attribute)
    }

    fn attribute(&mut self) -> Result<Option<Value>, ServiceError> {
        let token = self.take()?;
        let name = self.expressions.name(token)?;
        Ok(self.item.get(&name).cloned())
    }

    fn value(&mut self) -> Result<Value, ServiceError> {
        let token = self.take()?;
        self.expressions.value(token)
    }

    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.next).copied()
    }

    fn take(&mut self) -> Result<&'a str, ServiceError> {
        let Some(token) = self.peek() else { return invalid("Syntax error; the expression ends too early") };
        self.next += 1;
        Ok(token)
    }

    fn take_if(&mut self, token: &str) -> bool {
        let there = self.peek() == Some(token);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, token: &str) -> Result<(), ServiceError> {
        if self.take_if(token) { Ok(()) } else { invalid(format!("Syntax error; expected {token:?}")) }
    }
}

/// Values of different types, and an attribute that is not there, are neither equal nor in order.
fn compared(attribute: Option<&Value>, operator: &str, value: &Value) -> Result<bool, ServiceError> {
    let number = |value: &Value| value["N"].as_str().and_then(|number| number.parse::<i64>().ok());
    let order = attribute.and_then(|attribute| match (number(attribute), number(value)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => Some(attribute["S"].as_str()?.cmp(value["S"].as_str()?)),
    });
    match operator {
        "=" => Ok(order == Some(Ordering::Equal)),
        "<" => Ok(order == Some(Ordering::Less)),
        "<=" => Ok(matches!(order, Some(Ordering::Less | Ordering::Equal))),
        other => invalid(format!("the stand-in does not know the operator {other:?}")),
    }
}
