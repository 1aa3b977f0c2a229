//! Commits where their repositories are.

use super::{Console, part};

/// Where a repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `github.com`.
    GitHub,
    /// `bitbucket.org`.
    Bitbucket,
    /// `gitlab.com`.
    GitLab,
    /// `CodeCommit`, in the console's region.
    CodeCommit,
}

impl Provider {
    /// The provider that an event or a connection names. Installations of one's own (`GitHubEnterpriseServer`,
    /// `GitLabSelfManaged`) are none of these: nobody says where they are.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "github" => Some(Self::GitHub),
            "bitbucket" => Some(Self::Bitbucket),
            "gitlab" => Some(Self::GitLab),
            "codecommit" => Some(Self::CodeCommit),
            _ => None,
        }
    }
}

/// The page of a commit. The repository is `owner/name`, at GitLab with any number of groups; at `CodeCommit` it is a name.
/// Nothing when one of the names is empty.
#[must_use]
pub fn commit_link(provider: Provider, repository: &str, commit: &str, console: &Console) -> Option<String> {
    let repository = repository.trim_matches('/');
    if repository.is_empty() || commit.is_empty() {
        return None;
    }
    let path = repository.split('/').map(part).collect::<Vec<_>>().join("/");
    let id = part(commit);
    Some(match provider {
        Provider::GitHub => format!("https://github.com/{path}/commit/{id}"),
        Provider::Bitbucket => format!("https://bitbucket.org/{path}/commits/{id}"),
        Provider::GitLab => format!("https://gitlab.com/{path}/-/commit/{id}"),
        Provider::CodeCommit => console.codecommit(repository, commit),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_linked_where_its_repository_is() {
        let console = Console::new("eu-west-1", "1");
        for (provider, repository, commit, expected) in [
            ("GitHub", "acme/shop", "8cf40f2", Some("https://github.com/acme/shop/commit/8cf40f2")),
            ("Bitbucket", "acme/shop", "8cf40f2", Some("https://bitbucket.org/acme/shop/commits/8cf40f2")),
            ("GitLab", "acme/web/shop", "8cf40f2", Some("https://gitlab.com/acme/web/shop/-/commit/8cf40f2")),
            ("github", "acme/a?b", "1#2", Some("https://github.com/acme/a%3Fb/commit/1%232")),
            ("GitHub", "", "8cf40f2", None),
            ("GitHub", "acme/shop", "", None),
            ("GitHubEnterpriseServer", "acme/shop", "8cf40f2", None),
            ("GitLabSelfManaged", "acme/shop", "8cf40f2", None),
            ("S3", "bucket", "version", None),
        ] {
            let link = Provider::named(provider).and_then(|known| commit_link(known, repository, commit, &console));
            assert_eq!(link.as_deref(), expected, "{provider} {repository} {commit}");
        }
        let link = commit_link(Provider::CodeCommit, "shop", "8cf40f2", &console).unwrap();
        assert!(link.contains("/codecommit/repositories/shop/commit/8cf40f2?"), "{link}");
    }
}
