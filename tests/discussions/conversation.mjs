// Half of a conversation, held by the JavaScript Socket.IO client through the public contract alone.
//
//   node conversation.mjs <modules> <site> <thread> <e-mail> <password>
//
// Signs in as a browser would, reads the room off the page, enters, answers the first message that comes,
// reacts to it, and leaves. Says on standard output, in lines of JSON, what it got.

import { createRequire } from "node:module"

const [modules, site, thread, email, password] = process.argv.slice(2)
const { io } = createRequire(modules)("socket.io-client")
const jar = new Map()

function say(what, detail) {
  console.log(JSON.stringify([what, detail]))
}

async function call(path, options = {}) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
  const answer = await fetch(site + path, { redirect: "manual", ...options, headers: { Cookie: cookie, ...options.headers } })
  for (const set of answer.headers.getSetCookie()) {
    const [name, value] = set.split(";")[0].split(/=(.*)/s)
    jar.set(name, value)
  }
  return { status: answer.status, text: await answer.text() }
}

function connect(origin) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
  const extraHeaders = { Cookie: cookie, ...(origin && { Origin: origin }) }
  return io(site, { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders })
}

const form = await call("/sign-in")
const token = form.text.match(/name="csrf_token"[^>]* value="([^"]+)"/)[1]
const body = new URLSearchParams({ csrf_token: token, email, password })
say("signed in", (await call("/sign-in", { method: "POST", body, headers: { Origin: site } })).status)

const page = (await call(`/threads/${thread}`)).text
const [, deed, on] = page.match(/data-deed="(discussions\.post)" data-on="(\d+)"/)
const room = Number(page.match(/data-room="(\d+)"/)[1])
const number = Number(page.match(new RegExp(`<live-room room="${room}" number="(\\d+)"`))[1])

const foreign = connect("https://elsewhere.example")
say("foreign", await new Promise((done) => {
  foreign.on("connect", () => done("connected"))
  foreign.io.engine.on("close", () => done("refused"))
}))
foreign.close()

const socket = connect()
let shown = number
const news = new Promise((done) => {
  socket.on("change", ([where, next, html]) => {
    say("change", [where, next])
    shown = next
    const message = html.match(/id="message_(\d+)"/)
    if (where === room && message) done(Number(message[1]))
  })
})
await new Promise((done, failed) => socket.on("connect", done).on("connect_error", failed))
say("entered", await socket.emitWithAck("enter", { room, number }))

const heard = await news
const key = crypto.randomUUID()
const answer = { deed, on: Number(on), key, facts: { text: "Guten Tag zurück, [hier](https://example.org) ist **Platz**.", reply_to: heard } }
const [first, again] = [await socket.emitWithAck("do", answer), await socket.emitWithAck("do", answer)]
say("posted", [first, again])
say("reacted", await socket.emitWithAck("do", { deed: "discussions.react", on: heard, key: crypto.randomUUID(), facts: { emoji: "🎉" } }))
say("empty", await socket.emitWithAck("do", { deed, on: Number(on), key: crypto.randomUUID(), facts: { text: "" } }))
say("left", await socket.emitWithAck("leave", { room }))
say("level", shown)
socket.close()
