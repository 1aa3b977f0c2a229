//! One CodePipeline job, from its event to exactly one result.
