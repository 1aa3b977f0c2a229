//! What notification rules (Developer Tools console, "Notification rules") add to an event.

use std::collections::BTreeMap;

use crate::fields::Fields;

/// The additions of a "processed notification". Their shape follows AWS's samples; no page documents it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notification {
    /// The rule that sent it.
    pub rule_arn: Option<String>,
    /// The stage that failed, when a pipeline did.
    pub failed_stage: Option<String>,
    /// The actions that failed, when a pipeline did.
    pub failed_actions: Vec<FailedAction>,
    /// What an action says about its failure.
    pub information: Option<String>,
    /// The link that an approval asks to look at.
    pub external_entity_link: Option<String>,
    /// The text of an approval.
    pub custom_data: Option<String>,
    /// The sources of an execution.
    pub source_actions: Vec<SourceAction>,
}

/// A failed action of a failed pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedAction {
    /// Its name.
    pub action: Option<String>,
    /// What it says about its failure.
    pub information: Option<String>,
}

/// A source of an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceAction {
    /// The action's name.
    pub name: Option<String>,
    /// Such as `CodeCommit`.
    pub provider: Option<String>,
    /// Such as `CommitId` and `BranchName`.
    pub variables: BTreeMap<String, String>,
}

impl Notification {
    pub(crate) fn read(event: Fields<'_>) -> Option<Self> {
        let rule_arn = event.text("notificationRuleArn");
        if rule_arn.is_none() && event.value("additionalAttributes").is_none() {
            return None;
        }
        let more = event.object("additionalAttributes");
        let failed_actions = more.list("failedActions").map(|action| FailedAction {
            action: action.text("action"),
            information: action.text("additionalInformation"),
        });
        let source_actions = more.list("sourceActions").map(|action| SourceAction {
            name: action.text("sourceActionName"),
            provider: action.text("sourceActionProvider"),
            variables: action.entries("sourceActionVariables").collect(),
        });
        Some(Self {
            rule_arn,
            failed_stage: more.text("failedStage"),
            failed_actions: failed_actions.collect(),
            information: more.text("additionalInformation"),
            external_entity_link: more.text("externalEntityLink"),
            custom_data: more.text("customData"),
            source_actions: source_actions.collect(),
        })
    }
}
