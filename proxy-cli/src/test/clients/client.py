"""Calls the proxy with nothing but Python's standard library: client.py URL USER PASSWORD"""
# region readme
import http.client
import json
import sys
from urllib.parse import urlsplit

address, user, password = sys.argv[1:]
proxy = http.client.HTTPConnection(urlsplit(address).netloc)


def call(method, path, content=None, kind="application/json", **headers):
    proxy.request(method, path, content, {"Content-Type": kind, **headers})
    return proxy.getresponse()


answer = call("POST", "/api/login", json.dumps({"username": user, "password": password}))
token = {"Authorization": "Bearer " + json.load(answer)["accessToken"]}

answer = call("POST", "/api/inference", json.dumps({"text": "hello"}), **token)
print("call", answer.status, json.load(answer)["label"], "remaining", answer.headers["X-RateLimit-Remaining"])
# endregion

answer = call("POST", "/api/inference", json.dumps({"text": 5}), **token)
problem = json.load(answer)
print("refused", answer.status, problem["code"], problem["errors"][0]["pointer"])

answer = call("POST", "/api/files", b"x" * (1 << 20), "application/octet-stream", **token)
print("upload", answer.status, answer.read() == b"x" * (1 << 20))

answer = call("POST", "/api/stream", json.dumps({"text": "hello"}), **token)
for line in answer:
    if line.startswith(b"data: "):
        print("event", line[6:].decode().strip(), flush=True)

while (answer := call("POST", "/api/inference", json.dumps({"text": "hello"}), **token)).status == 200:
    answer.read()
print("limited", answer.status, json.load(answer)["code"], int(answer.headers["Retry-After"]) > 0)
