// Calls the proxy with Node's own fetch: node client.mjs URL USER PASSWORD
// region readme
const [proxy, username, password] = process.argv.slice(2);

const call = (path, content, headers = {}) =>
  fetch(proxy + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: content instanceof Uint8Array ? content : JSON.stringify(content),
  });

const login = await call("/api/login", { username, password });
const token = { Authorization: `Bearer ${(await login.json()).accessToken}` };

const answer = await call("/api/inference", { text: "hello" }, token);
const { label } = await answer.json();
console.log("call", answer.status, label, "remaining", answer.headers.get("X-RateLimit-Remaining"));
// endregion

const refused = await call("/api/inference", { text: 5 }, token);
const problem = await refused.json();
console.log("refused", refused.status, problem.code, problem.errors[0].pointer);

const content = new Uint8Array(1 << 20).fill("x".charCodeAt(0));
const upload = await call("/api/files", content, { ...token, "Content-Type": "application/octet-stream" });
const echoed = new Uint8Array(await upload.arrayBuffer());
console.log("upload", upload.status, Buffer.compare(content, echoed) === 0 ? "True" : "False");

const stream = await call("/api/stream", { text: "hello" }, token);
let rest = "";
for await (const piece of stream.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + piece).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    if (line.startsWith("data: ")) console.log("event", line.slice(6));
  }
}

let last;
while ((last = await call("/api/inference", { text: "hello" }, token)).status === 200) await last.arrayBuffer();
console.log("limited", last.status, (await last.json()).code, last.headers.get("Retry-After") > 0 ? "True" : "False");
