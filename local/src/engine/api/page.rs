//! Lists that are handed out in pages.

use super::error::ApiError;

/// The page of `items` that begins at `token`, with at most `size` of them, and the token of the next page.
pub(super) fn page<T>(
    items: impl Iterator<Item = T>,
    token: Option<&str>,
    size: i64,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let invalid = || ApiError::new("InvalidNextTokenException", "the nextToken is none that was handed out here");
    let from: usize = token.map_or(Ok(0), |token| token.parse().map_err(|_| invalid()))?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut items = items.skip(from);
    let page: Vec<T> = items.by_ref().take(size).collect();
    let next = items.next().map(|_| (from + page.len()).to_string());
    Ok((page, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let next = |token: &str| Some(token.to_owned());
        let table = [
            (None, 2, Ok((vec![0, 1], next("2")))),
            (Some("2"), 2, Ok((vec![2, 3], next("4")))),
            (Some("4"), 2, Ok((vec![4], None))),
            (None, 5, Ok((vec![0, 1, 2, 3, 4], None))),
            (Some("9"), 5, Ok((vec![], None))),
            (Some("x"), 5, Err("InvalidNextTokenException")),
            (Some("-1"), 5, Err("InvalidNextTokenException")),
        ];
        for (token, size, expected) in table {
            assert_eq!(page(0..5, token, size).map_err(|error| error.code), expected, "{token:?} {size}");
        }
    }
}
