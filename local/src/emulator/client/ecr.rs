//! What is needed of ECR: a repository, and the calls by which Docker pushes an image into it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Caller, ClientError, EmulatorClient};
use crate::containers::Manifest;

/// An image on its way into a repository.
#[derive(Debug, Clone, Copy)]
pub struct PushedImage<'i> {
    /// The repository's name, without the registry.
    pub repository: &'i str,
    /// The tag.
    pub tag: &'i str,
    /// The image's manifest.
    pub manifest: &'i Manifest,
    /// The image's configuration: the one part of it that is uploaded.
    pub config: &'i [u8],
}

impl EmulatorClient {
    /// Creates a repository whose tags stay where they are, as the ones of the environments' templates.
    pub async fn create_repository(&self, caller: &Caller, name: &str) -> Result<(), ClientError> {
        let repository = json!({ "repositoryName": name, "imageTagMutability": "IMMUTABLE" });
        self.ecr(caller, "ecr:CreateRepository", &repository).await.map(drop)
    }

    /// Makes every call of a push, so that IAM decides about each as it does when Docker pushes to AWS. Returns the digest
    /// by which ECR knows the image: it computes that itself.
    pub async fn push_image(&self, caller: &Caller, image: PushedImage<'_>) -> Result<String, ClientError> {
        let PushedImage { repository, tag, manifest, config } = image;
        let digest = &manifest.config_digest;
        let layers = json!({ "repositoryName": repository, "layerDigests": [digest] });
        self.ecr(caller, "ecr:BatchCheckLayerAvailability", &layers).await?;
        let upload = json!({ "repositoryName": repository });
        let upload = self.ecr(caller, "ecr:InitiateLayerUpload", &upload).await?;
        let part = json!({
            "repositoryName": repository, "uploadId": upload["uploadId"], "partFirstByte": 0,
            "partLastByte": config.len().saturating_sub(1), "layerPartBlob": STANDARD.encode(config),
        });
        self.ecr(caller, "ecr:UploadLayerPart", &part).await?;
        let complete =
            json!({ "repositoryName": repository, "uploadId": upload["uploadId"], "layerDigests": [digest] });
        self.ecr(caller, "ecr:CompleteLayerUpload", &complete).await?;
        let put = json!({
            "repositoryName": repository, "imageTag": tag, "imageManifest": manifest.text,
            "imageManifestMediaType": Manifest::MEDIA_TYPE,
        });
        let put = self.ecr(caller, "ecr:PutImage", &put).await?;
        Ok(put["image"]["imageId"]["imageDigest"].as_str().unwrap_or_default().to_owned())
    }

    async fn ecr(&self, caller: &Caller, operation: &'static str, body: &Value) -> Result<Value, ClientError> {
        let name = operation.strip_prefix("ecr:").unwrap_or(operation);
        let target = format!("AmazonEC2ContainerRegistry_V20150921.{name}");
        self.json(operation, "ecr", &target, body, caller).await
    }
}
