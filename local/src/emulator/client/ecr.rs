//! What is needed of ECR: a repository, and the calls by which Docker pushes an image into it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Caller, ClientError, EmulatorClient};

/// The media types of an image's parts (Docker's "Image Manifest Version 2, Schema 2").
const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";

/// An image on its way into a repository.
#[derive(Debug, Clone, Copy)]
pub struct PushedImage<'i> {
    /// The repository's name, without the registry.
    pub repository: &'i str,
    /// The tag.
    pub tag: &'i str,
    /// `sha256:` and the image's digest.
    pub digest: &'i str,
    /// The image's configuration: the one part of it that is uploaded.
    pub config: &'i [u8],
}

impl EmulatorClient {
    /// Creates a repository.
    pub async fn create_repository(&self, caller: &Caller, name: &str) -> Result<(), ClientError> {
        self.ecr(caller, "ecr:CreateRepository", &json!({ "repositoryName": name })).await.map(drop)
    }

    /// Makes every call of a push, so that IAM decides about each as it does when Docker pushes to AWS.
    pub async fn push_image(&self, caller: &Caller, image: PushedImage<'_>) -> Result<(), ClientError> {
        let PushedImage { repository, tag, digest, config } = image;
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
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
            "config": { "mediaType": CONFIG, "size": config.len(), "digest": digest },
        });
        let put = json!({
            "repositoryName": repository, "imageTag": tag, "imageDigest": digest,
            "imageManifest": manifest.to_string(), "imageManifestMediaType": MANIFEST,
        });
        self.ecr(caller, "ecr:PutImage", &put).await.map(drop)
    }

    async fn ecr(&self, caller: &Caller, operation: &'static str, body: &Value) -> Result<Value, ClientError> {
        let name = operation.strip_prefix("ecr:").unwrap_or(operation);
        let target = format!("AmazonEC2ContainerRegistry_V20150921.{name}");
        self.json(operation, "ecr", &target, body, caller).await
    }
}
