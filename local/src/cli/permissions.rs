//! `launchway permissions`.

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::console::Console;
use crate::permissions::{PermissionsError, allowed, page, problems, read_calls, read_unseen, seen};
use crate::project::Project;

/// Writes the page of the permissions from the calls of runs; true when nothing is wrong with them.
pub(super) fn permissions(root: &Path, lists: &[PathBuf], console: &Console) -> Result<bool, Box<dyn Error>> {
    let project = Project::open(root)?;
    let mut calls = Vec::new();
    for list in lists {
        calls.extend(read_calls(list)?);
    }
    let roles = allowed(&project)?;
    let unseen = read_unseen(&project.unseen_permissions())?;
    let problems = problems(&roles, &calls, &unseen);
    if problems.is_empty() {
        let path = project.permissions_page();
        std::fs::write(&path, page(&roles, &seen(&calls), &unseen))
            .map_err(|source| PermissionsError::File { path: path.clone(), source })?;
        console.print(format_args!("Wrote {}", path.display()));
    }
    for problem in &problems {
        console.note(format_args!("✗ {problem}"));
    }
    Ok(problems.is_empty())
}
