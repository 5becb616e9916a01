import assert from "node:assert/strict";
import { decode, encode, ProtocolError, request, sign } from "../../tools/notebooks/protocol.ts";

const KEY = "a key";
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("protocol: a message survives signing, sending and reading", () => {
  const message = request("execute_request", { code: "1 + 1 // ¿qué?" }, {
    session: "s",
    id: "m1",
  });
  const routed = [bytes("a peer"), ...encode(message, KEY), bytes("a buffer")];
  const read = decode(routed, KEY);
  assert.equal(read.header.msg_id, "m1");
  assert.equal(read.header.msg_type, "execute_request");
  assert.deepEqual(read.content, { code: "1 + 1 // ¿qué?" });
  assert.equal(read.parent.msg_id, undefined);
});

Deno.test("protocol: the signature is HMAC-SHA256 of the four parts", () => {
  // RFC 4231, test case 2, cut in four.
  const parts = ["what do ya", " want ", "for ", "nothing?"].map(bytes);
  assert.equal(
    sign(parts, "Jefe"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
  assert.equal(sign([...parts, bytes("a buffer")], "Jefe"), sign(parts, "Jefe"));
});

Deno.test("protocol: what is changed on the way, cut or not a message is refused", () => {
  const frames = encode(request("x", { a: 1 }, { session: "s" }), KEY);
  const changed = [...frames.slice(0, 5), bytes('{"a":2}')];
  assert.throws(() => decode(changed, KEY), ProtocolError);
  assert.throws(() => decode(frames, "another key"), /signature/);
  assert.throws(() => decode(frames.slice(1), KEY), /delimiter/);
  assert.throws(() => decode(frames.slice(0, 4), KEY), /2 parts/);
  const text = [bytes("[]"), bytes("{}"), bytes("{}"), bytes("{}")];
  const noHeader = [frames[0], bytes(sign(text, KEY)), ...text];
  assert.throws(() => decode(noHeader, KEY), /not in the Jupyter format/);
});
