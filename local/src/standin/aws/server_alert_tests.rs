use super::*;
use crate::standin::aws::ExecutionView;

const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:alerts";

/// A call in the version of the JSON protocol that is named.
async fn call(aws: &Aws, version: &str, service: &str, target: &str, body: Value) -> (u16, String) {
    let request = Request::post(aws.url())
        .header("x-amz-target", target)
        .header("content-type", format!("application/x-amz-json-{version}"))
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let (status, text) = send(signed(request, &settings().function_credentials, service)).await.unwrap();
    (status.as_u16(), text)
}

async fn publish(aws: &Aws, form: &str) -> (u16, String) {
    let request = Request::post(aws.url())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form.to_owned()))
        .unwrap();
    let (status, text) = send(signed(request, &settings().function_credentials, "sns")).await.unwrap();
    (status.as_u16(), text)
}

#[tokio::test]
async fn a_topic_takes_what_sns_takes() {
    let aws = aws().await;
    aws.add_topic(TOPIC);
    let form = |subject: &str, more: &str| {
        format!("Action=Publish&Version=2010-03-31&TopicArn={TOPIC}&Subject={subject}&Message=a%20b{more}")
    };
    let attribute = |value: &str| {
        format!(
            "&MessageAttributes.entry.1.Name=stage&MessageAttributes.entry.1.Value.DataType=String\
             &MessageAttributes.entry.1.Value.StringValue={value}"
        )
    };
    for (form, expected) in [
        (form("It+failed", &attribute("Staging")), "<MessageId>message-1</MessageId>"),
        (form(&"x".repeat(100), ""), "InvalidParameter"),
        (form("two%0Alines", ""), "InvalidParameter"),
        (form("", ""), "InvalidParameter"),
        (form("It+failed", &attribute("")), "InvalidParameter"),
        (form("It+failed", "&Priority=1"), "SerializationException"),
        (form("It+failed", "").replace("alerts", "others"), "NotFound"),
        (form("It+failed", "").replace("Publish", "Subscribe"), "UnknownOperationException"),
    ] {
        let (_, text) = publish(&aws, &form).await;
        assert!(text.contains(expected), "{form}: {text}");
    }
    let [taken] = aws.notifications().try_into().unwrap();
    assert_eq!((taken.subject.as_str(), taken.body.as_str()), ("It failed", "a b"));
    assert_eq!(taken.attributes["stage"], "Staging");
}

#[tokio::test]
async fn a_table_evaluates_conditions_and_refuses_what_it_does_not_know() {
    let aws = aws().await;
    aws.add_table("ledger");
    let update = |table: &str, condition: &str, names: Value| {
        json!({
            "TableName": table, "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}, "ReturnValues": "ALL_NEW",
            "UpdateExpression": "SET #owner = :owner", "ConditionExpression": condition,
            "ExpressionAttributeNames": names, "ExpressionAttributeValues": {":owner": {"S": "r-1"}},
        })
    };
    let keyed = |key: Value| {
        let mut request = update("ledger", "attribute_not_exists(#owner)", json!({"#owner": "owner"}));
        request["Key"] = key;
        request
    };
    let names = json!({"#owner": "owner"});
    let free = "attribute_not_exists(#owner)";
    for (version, request, expected) in [
        ("1.1", update("ledger", free, names.clone()), "SerializationException"),
        ("1.0", update("other", free, names.clone()), "ResourceNotFoundException"),
        ("1.0", update("ledger", "size(#owner) = :owner", names.clone()), "ValidationException"),
        ("1.0", update("ledger", free, json!({"#owner": "owner", "#more": "more"})), "ValidationException"),
        ("1.0", keyed(json!({"pk": {"S": "a"}})), "ValidationException"),
        ("1.0", keyed(json!({"pk": {"S": "a"}, "sk": {"S": ""}})), "ValidationException"),
        ("1.0", keyed(json!({"pk": {"S": "a"}, "sk": {"S": "b"}, "more": {"S": "c"}})), "SerializationException"),
        ("1.0", update("ledger", free, names.clone()), "Attributes"),
        ("1.0", update("ledger", free, names), "ConditionalCheckFailedException"),
    ] {
        let (_, text) = call(&aws, version, "dynamodb", "DynamoDB_20120810.UpdateItem", request.clone()).await;
        assert!(text.contains(expected), "{request}: {text}");
    }
}

#[tokio::test]
async fn a_queue_has_to_be_there() {
    let aws = aws().await;
    let url = "https://sqs.eu-central-1.amazonaws.com/111111111111/undelivered";
    let message = |more: Value| {
        let mut message = json!({"QueueUrl": url, "MessageBody": "text"});
        message.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        message
    };
    let send = async |message: Value| call(&aws, "1.0", "sqs", "AmazonSQS.SendMessage", message).await.1;
    assert!(send(message(json!({}))).await.contains("QueueDoesNotExist"));
    aws.add_queue(url);
    for (more, expected) in [
        (json!({}), "MessageId"),
        (json!({"MessageBody": ""}), "ValidationException"),
        (json!({"Priority": 1}), "SerializationException"),
    ] {
        let text = send(message(more.clone())).await;
        assert!(text.contains(expected), "{more}: {text}");
    }
    assert_eq!(aws.queued().len(), 1);
}

#[tokio::test]
async fn what_is_shown_is_read_by_its_names() {
    let aws = aws().await;
    let execution = ExecutionView {
        id: "e1".to_owned(),
        execution: json!({"status": "Failed"}),
        actions: vec![json!({"stageName": "Staging"})],
        ..ExecutionView::default()
    };
    aws.show_pipeline("shop", PipelineView { stage_states: Vec::new(), executions: vec![execution] });
    aws.show_build("shop:1", json!({"id": "shop:1"}));
    aws.show_report("r", vec![json!({"name": "a", "status": "SUCCEEDED"}), json!({"name": "b", "status": "FAILED"})]);
    let cases = || "CodeBuild_20161006.DescribeTestCases".to_owned();
    aws.add_log("g", "s", &["one\n", "two\n", "three\n"]);
    let pipeline = |operation: &str| format!("CodePipeline_20150709.{operation}");
    for (service, target, request, expected) in [
        (
            "codepipeline",
            pipeline("GetPipelineExecution"),
            json!({"pipelineName": "shop", "pipelineExecutionId": "e1"}),
            "Failed",
        ),
        (
            "codepipeline",
            pipeline("GetPipelineExecution"),
            json!({"pipelineName": "shop", "pipelineExecutionId": "e2"}),
            "PipelineExecutionNotFoundException",
        ),
        ("codepipeline", pipeline("GetPipelineState"), json!({"name": "other"}), "PipelineNotFoundException"),
        (
            "codepipeline",
            pipeline("ListActionExecutions"),
            json!({"pipelineName": "shop", "filter": {"pipelineExecutionId": "e1"}, "maxResults": 100}),
            "Staging",
        ),
        (
            "codepipeline",
            pipeline("ListActionExecutions"),
            json!({"pipelineName": "shop", "maxResults": 101}),
            "ValidationException",
        ),
        (
            "codepipeline",
            pipeline("ListPipelineExecutions"),
            json!({"pipelineName": "shop", "filter": {"succeededInStage": {"stageName": "Staging"}}}),
            r#"{"pipelineExecutionSummaries":[]}"#,
        ),
        ("codebuild", "CodeBuild_20161006.BatchGetBuilds".to_owned(), json!({"ids": ["shop:2"]}), r#"["shop:2"]"#),
        (
            "codebuild",
            cases(),
            json!({"reportArn": "r", "filter": {"status": "FAILED"}}),
            r#"{"testCases":[{"name":"b""#,
        ),
        ("codebuild", cases(), json!({"reportArn": "r", "maxResults": 1}), r#""nextToken":"1""#),
        ("codebuild", cases(), json!({"reportArn": "r", "filter": {"status": "BAD"}}), "ValidationException"),
        ("codebuild", cases(), json!({"reportArn": "none"}), "ResourceNotFoundException"),
        (
            "logs",
            "Logs_20140328.GetLogEvents".to_owned(),
            json!({"logGroupName": "g", "logStreamName": "s", "limit": 1, "startFromHead": false}),
            "three",
        ),
        (
            "logs",
            "Logs_20140328.GetLogEvents".to_owned(),
            json!({"logGroupName": "g", "logStreamName": "none"}),
            "ResourceNotFoundException",
        ),
    ] {
        let (_, text) = call(&aws, "1.1", service, &target, request.clone()).await;
        assert!(text.contains(expected), "{target} {request}: {text}");
    }
}
