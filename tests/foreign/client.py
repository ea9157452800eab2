"""A client that owes nothing to this project: Python's standard library, and `websockets` for the socket.

Plays one story at the address given, and prints what it saw as one JSON object.
"""

import asyncio
import json
import sys
import urllib.request
import uuid

import websockets

HTTP = sys.argv[1]
SOCKET = HTTP.replace("http", "ws", 1) + "/ws"
PATIENCE_S = 15


def post(path, body):
    request = urllib.request.Request(
        HTTP + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status, json.load(response)


def register(name):
    status, answer = post(
        "/api/auth/register",
        {"username": f"{name}-{uuid.uuid4().hex[:12]}", "password": str(uuid.uuid4()), "first_name": name},
    )
    assert status == 201, status
    return answer


def connect(person):
    protocols = ["parley.v1", f"bearer.{person['access_token']}"]
    return websockets.connect(SOCKET, subprotocols=protocols)


async def send(socket, frame):
    await socket.send(json.dumps(frame))


async def until(socket, wanted):
    """The frames up to the first one of a type, that one last."""
    frames = []
    while not frames or frames[-1]["type"] != wanted:
        frames.append(json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S)))
    return frames


async def write(socket, receiver_id, content):
    client_id = str(uuid.uuid4())
    frame = {"receiver_id": receiver_id, "content": content, "client_id": client_id, "ref": content}
    await send(socket, {"type": "chat_message", **frame})
    ack = (await until(socket, "ack"))[-1]
    assert ack["client_id"] == client_id and ack["ref"] == content, ack
    return ack


async def main():
    ada, ben = register("ada"), register("ben")
    async with connect(ada) as adas:
        await send(adas, {"type": "hello"})
        await until(adas, "caught_up")

        async with connect(ben) as bens:
            subprotocol = bens.subprotocol
            await send(bens, {"type": "hello"})
            await until(bens, "caught_up")
            acks = [await write(adas, ben["user"]["id"], "one")]
            live = (await until(bens, "chat_message"))[-1]
            await send(bens, {"type": "sync"})
            cursor = (await until(bens, "caught_up"))[-1]["cursor"]
            await (await bens.ping())

        acks.append(await write(adas, ben["user"]["id"], "two"))
        acks.append(await write(adas, ben["user"]["id"], "three"))
        async with connect(ben) as bens:
            await send(bens, {"type": "hello", "cursor": cursor})
            missed = [f for f in await until(bens, "caught_up") if f["type"] == "chat_message"]
            await send(bens, {"type": "read_receipt", "message_id": missed[-1]["message"]["id"], "ref": "r"})
            await until(bens, "ack")
            receipt = (await until(adas, "read_receipt"))[-1]

    print(
        json.dumps(
            {
                "subprotocol": subprotocol,
                "acks": [[ack["seq"], ack["message_id"]] for ack in acks],
                "live": [live["message"]["content"], live["message"]["id"]],
                "missed": [[f["message"]["content"], f["message"]["id"]] for f in missed],
                "read": [receipt["seq"], receipt["user_id"] == ben["user"]["id"]],
            }
        )
    )


asyncio.run(main())
