use http_body_util::{BodyExt, Full};

use super::*;

async fn ask(api: &RuntimeApi, method: &str, path: &str, body: &'static str) -> (StatusCode, HeaderMap, String) {
    let client = http_stack::client::<Full<Bytes>>(&http_stack::client_config(None).unwrap());
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://{}/2018-06-01/runtime/{path}", api.address()))
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    let (parts, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_event_is_handed_out_with_its_deadline_and_answered_once() {
    let api = RuntimeApi::start("arn:aws:lambda:us-east-1:111111111111:function:f").await.unwrap();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let delivery = api.send_as(uuid::Uuid::new_v4().to_string(), Bytes::from("{\"a\":1}"), Duration::from_mins(1));
    let (status, headers, body) = ask(&api, "GET", "invocation/next", "").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "{\"a\":1}"));
    assert_eq!(headers["lambda-runtime-aws-request-id"], delivery.request_id.as_str());
    assert_eq!(headers["lambda-runtime-invoked-function-arn"], "arn:aws:lambda:us-east-1:111111111111:function:f");
    let deadline: u128 = headers["lambda-runtime-deadline-ms"].to_str().unwrap().parse().unwrap();
    assert!(deadline >= (before + Duration::from_mins(1)).as_millis(), "{deadline}");

    let (status, _, body) = ask(&api, "POST", "invocation/another/response", "x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body.contains("InvalidRequestID"), "{body}");
    let path = format!("invocation/{}/response", delivery.request_id);
    assert_eq!(ask(&api, "POST", &path, "done").await.0, StatusCode::ACCEPTED);
    assert_eq!(ask(&api, "POST", &path, "again").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(delivery.reply.await, Ok(Reply::Answered(Bytes::from("done"))));
    let kinds: Vec<_> = api.take_marks().into_iter().map(|mark| mark.kind).collect();
    assert_eq!(kinds[..2], [MarkKind::Poll, MarkKind::Event]);
}

#[tokio::test]
async fn an_error_fails_the_event() {
    let api = RuntimeApi::start("arn").await.unwrap();
    let delivery = api.send_as(uuid::Uuid::new_v4().to_string(), Bytes::from("{}"), Duration::from_mins(1));
    ask(&api, "GET", "invocation/next", "").await;
    let path = format!("invocation/{}/error", delivery.request_id);
    assert_eq!(ask(&api, "POST", &path, "{\"errorType\":\"T\"}").await.0, StatusCode::ACCEPTED);
    assert_eq!(delivery.reply.await, Ok(Reply::Failed(Bytes::from("{\"errorType\":\"T\"}"))));
}

#[tokio::test]
async fn an_event_that_nobody_waits_for_is_not_handed_out() {
    let api = RuntimeApi::start("arn").await.unwrap();
    drop(api.send_as(uuid::Uuid::new_v4().to_string(), Bytes::from("first"), Duration::from_mins(1)));
    let second = api.send_as(uuid::Uuid::new_v4().to_string(), Bytes::from("second"), Duration::from_mins(1));
    assert_eq!(ask(&api, "GET", "invocation/next", "").await.2, "second");
    drop(second);
}

#[tokio::test]
async fn what_the_api_has_not_is_not_found() {
    let api = RuntimeApi::start("arn").await.unwrap();
    for (method, path, status) in
        [("GET", "invocation/last", StatusCode::NOT_FOUND), ("POST", "invocation/next", StatusCode::METHOD_NOT_ALLOWED)]
    {
        assert_eq!(ask(&api, method, path, "").await.0, status, "{method} {path}");
    }
    assert_eq!(api.take_init_error().await, None);
    ask(&api, "POST", "init/error", "no").await;
    assert_eq!(api.take_init_error().await, Some(Bytes::from("no")));
}
