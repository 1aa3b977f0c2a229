"""Asynchronous invocation as Lambda documents it, in place of MiniStack's.

MiniStack looks at the settings of `$LATEST` alone, gives every retry a request id of its own, and writes destination
records that lack what Lambda writes. Functions here are invoked by an alias, know a retry by its request id, and read
destination records, so these have to be right (Lambda developer guide, "Asynchronous invocation" and "Capturing records
of asynchronous invocations").
"""

import contextvars
import hashlib
import json
import sys
import threading
import time
from datetime import datetime, timezone

from ministack.services import lambda_svc, sqs

# Lambda waits a minute and then two; here it is seconds, so that a run does not take minutes.
RETRY_WAITS = (1.0, 2.0)

# How many events of one function are worked on at once; the others wait in its queue. Lambda has more room, and so has
# whoever runs it: here each is a process beside all others of the machine.
AT_ONCE = 4

# Function -> its room.
_rooms = {}

# How many events are on their way or being worked on, how many times a function was done with one, and who waits.
_under_way = 0
_progress = 0
_changed = threading.Condition()

_request_id = contextvars.ContextVar("request_id", default=None)
_execute = lambda_svc._execute_function_dispatch


def execute_with_request_id(func, config, event, request_id, started):
    """The executor; a retry keeps the request id of the first try."""
    return _execute(func, config, event, _request_id.get() or request_id, started)


def split_arn(arn: str) -> tuple[str, str]:
    """The function's name and the qualifier, `$LATEST` when there is none."""
    parts = arn.split(":")
    return parts[6], parts[7] if len(parts) > 7 else "$LATEST"


def settings_of(name: str, qualifier: str) -> dict:
    """The event invoke settings of the qualifier the function was invoked by; those of others do not count."""
    function = lambda_svc._functions.get(name) or {}
    configured = lambda_svc._event_invoke_config(function, qualifier)
    # MiniStack keeps settings that were made without a qualifier apart from those of `$LATEST`; Lambda does not.
    if configured is None and qualifier == "$LATEST":
        configured = lambda_svc._event_invoke_config(function, None)
    return configured or {}


def destination_record(config: dict, request_id: str, event, condition: str, invocations: int, result) -> dict:
    """What a failed event's destination gets."""
    name, qualifier = split_arn(config["FunctionArn"])
    record = {
        "version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": request_id,
            "functionArn": ":".join(config["FunctionArn"].split(":")[:6] + [name, qualifier]),
            "condition": condition,
            "approximateInvokeCount": invocations,
        },
        "requestPayload": event,
    }
    if result is not None:
        record["responseContext"] = {
            "statusCode": 200,
            "executedVersion": config.get("Version", "$LATEST"),
            "functionError": result.get("function_error") or "Unhandled",
        }
        record["responsePayload"] = result.get("body")
    return record


def attempts(func: dict, config: dict, event, request_id: str, settings: dict):
    """Runs the event until it succeeds or is given up: nothing, or why, after how many tries, with what result."""
    retries = settings.get("MaximumRetryAttempts")
    retries = 2 if retries is None else int(retries)
    oldest = time.time() + int(settings.get("MaximumEventAgeInSeconds") or 21600)
    _request_id.set(request_id)
    room = _rooms.setdefault(config["FunctionArn"].split(":")[6], threading.Semaphore(AT_ONCE))
    done, result = 0, None
    while True:
        throttled = False
        # An event that waits for its next try leaves its room to others.
        with room:
            if time.time() < oldest:
                result = lambda_svc._execute_function_with_config_scope(func, event)
                count(0)
                throttled = bool(result.get("throttle"))
                if not result.get("error"):
                    return None
        # An event that is throttled stays in the queue until it is too old; it has not been tried.
        done += not throttled
        if done > retries:
            return "RetriesExhausted", done, result
        wait = RETRY_WAITS[min(max(done - 1, 0), len(RETRY_WAITS) - 1)]
        if time.time() + wait >= oldest:
            return "EventAgeExceeded", done, None if throttled else result
        time.sleep(wait)


def invoke_async(func: dict, event) -> None:
    """Takes an event and returns; the function runs later, and again when it fails."""
    config = func.get("config") or func
    name, qualifier = split_arn(config["FunctionArn"])
    settings = settings_of(name, qualifier)
    target = ((settings.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    target = target or (config.get("DeadLetterConfig") or {}).get("TargetArn")

    def run():
        try:
            work()
        finally:
            count(-1)

    def work():
        account, region = lambda_svc._account_region_from_function_config(config)
        lambda_svc._request_account_id.set(account)
        lambda_svc._request_region.set(region)
        request_id = lambda_svc.new_uuid()
        given_up = attempts(func, config, event, request_id, settings)
        if given_up and target:
            condition, invocations, result = given_up
            send(target, destination_record(config, request_id, event, condition, invocations, result))

    count(1)
    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True, name=f"event of {name}").start()


def count(change: int) -> None:
    """Notes that an event came, 1, that it was tried, 0, or that it is done with, -1."""
    global _under_way, _progress
    with _changed:
        _under_way += change
        _progress += change <= 0
        _changed.notify_all()


def wait_until_done(asked: dict) -> dict:
    """Waits until no event is under way, as long as one is tried or done with every so many `seconds`; a record for another
    function is under way before its event is done with. Answers whether all are done with."""
    with _changed:
        while _under_way:
            seen = _progress
            if not _changed.wait_for(lambda: _progress != seen, timeout=float(asked["seconds"])):
                return {"done": False}
        return {"done": True}


def send(target: str, record: dict) -> None:
    """Delivers a record: to a function as an asynchronous event of its own, or into a queue."""
    if ":lambda:" in target:
        function, _, _ = lambda_svc._get_func_record_for_ref(target)
        if function:
            function = dict(function)
            function["config"] = dict(function.get("config") or function, FunctionArn=target)
            return invoke_async(function, record)
    queue = sqs._queue_by_arn(target) if ":sqs:" in target else None
    if queue is None:
        return print(f"the destination {target} of a failed event is no function and no queue", file=sys.stderr)
    body = json.dumps(record)
    now = time.time()
    message = {
        "id": lambda_svc.new_uuid(),
        "body": body,
        "md5_body": hashlib.md5(body.encode()).hexdigest(),
        "md5_attrs": "",
        "receipt_handle": None,
        "sent_at": now,
        "visible_at": now + sqs.queue_delay(queue),
        "receive_count": 0,
        "first_receive_at": None,
        "message_attributes": {},
        "sys": {"SenderId": lambda_svc.get_account_id(), "SentTimestamp": str(int(now * 1000))},
        "group_id": None,
        "dedup_id": None,
        "dedup_cache_key": None,
        "seq": None,
    }
    queue["messages"].append(message)


def install() -> None:
    lambda_svc._execute_function_dispatch = execute_with_request_id
    lambda_svc.invoke_async_with_retry = invoke_async
