"""The smoke test's job as one would write it in Python with boto3: the peer of the bench.

It reads the suite from the input artifact with the job's credentials, sends each request, compares status, text and
JSON, and answers the job. It knows only what the bench's suite needs.
"""

import io
import json
import os
import zipfile

import boto3
import urllib3
import yaml

URLS = json.loads(os.environ["ENVIRONMENT_URLS"])
CODEPIPELINE = boto3.client("codepipeline")
HTTP = urllib3.PoolManager(ca_certs=os.environ.get("AWS_CA_BUNDLE"), retries=False, timeout=5.0)


def handle(event, _context):
    job = event["CodePipeline.job"]
    try:
        passed = run(job["data"])
    except Exception as error:
        CODEPIPELINE.put_job_failure_result(
            jobId=job["id"], failureDetails={"type": "JobFailed", "message": str(error)[:5000] or "failed"}
        )
        return
    CODEPIPELINE.put_job_success_result(
        jobId=job["id"],
        executionDetails={"summary": f"{passed} checks passed"},
        outputVariables={"passed": str(passed), "failed": "0", "skipped": "0"},
    )


def run(data):
    parameters = json.loads(data["actionConfiguration"]["configuration"]["UserParameters"])
    base = URLS[parameters["environment"]]
    suite = yaml.safe_load(read_input(data, parameters.get("suite", "smoke.yaml")))
    for check in suite["checks"]:
        method, path = check["request"].split(" ", 1)
        answer = HTTP.request(method, base + path)
        verify(check["name"], check.get("expect", {}), answer)
    return len(suite["checks"])


def read_input(data, path):
    keys = data["artifactCredentials"]
    s3 = boto3.client(
        "s3",
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    place = data["inputArtifacts"][0]["location"]["s3Location"]
    body = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(path)


def verify(name, expect, answer):
    status = expect.get("status", 200)
    if answer.status != status:
        raise AssertionError(f"{name}: expected status {status}, got {answer.status}")
    part = expect.get("body", {}).get("contains")
    if part and part not in answer.data.decode():
        raise AssertionError(f"{name}: expected a body with {part!r}")
    for place, value in expect.get("json", {}).items():
        actual = answer.json()
        for key in place.removeprefix("$.").split("."):
            actual = actual[key]
        if actual != value:
            raise AssertionError(f"{name}: expected {place} to be {value!r}, got {actual!r}")
