// Deeds over the socket: a form or button with data-deed="discussions.post" data-on="31" does what its form would do.
// Without a socket, or without an answer, the form is sent as any other. Forms with data-queue are the outbox's (see outbox.js),
// which sends through here while there is a connection.

import { ask } from "../ask"
import { forgetTyped } from "../morph"
import { showNotice } from "../notices"

const ANSWER = 10000

export function offerDeeds(socket) {
  const plain = new WeakSet()
  const underWay = new Set() // what is being done: pressed twice it is done once, but the next step need not wait

  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event
    const source = submitter?.closest("[data-deed]") ?? form.closest("[data-deed]")
    const facts = source && factsOf(form, submitter)
    if (!facts || "queue" in source.dataset || plain.delete(form) || !socket.connected) return
    event.preventDefault()
    const content = JSON.stringify([source.dataset.deed, source.dataset.on, facts])
    if (underWay.has(content)) return
    const question = submitter?.dataset.turboConfirm ?? form.dataset.turboConfirm
    if (question && !(await ask(question, form, submitter))) return

    const deed = { deed: source.dataset.deed, on: Number(source.dataset.on), key: crypto.randomUUID(), facts }
    underWay.add(content)
    source.ariaDisabled = "true"
    const answer = socket.connected && (await send(deed))
    underWay.delete(content)
    source.ariaDisabled = null
    if (answer) return settle(answer, form)
    plain.add(form)
    form.requestSubmit(submitter)
  }, true)

  const send = (deed) => socket.timeout(ANSWER).emitWithAck("do", deed).catch(() => null)

  // Other parts of a page say what shall be sent, and hear what came of it.
  addEventListener("live:do", ({ detail }) => {
    if (socket.connected) detail.answer = send(detail.deed)
  })
  addEventListener("live:signal", ({ detail }) => socket.connected && socket.emit("signal", detail))
  socket.on("signal", (detail) => dispatchEvent(new CustomEvent("live:heard", { detail })))
  socket.on("connect", () => dispatchEvent(new Event("live:connected")))
}

function settle(answer, form) {
  if (answer.ok) {
    if (form.id !== "deed") forgetTyped(form)
    return form.dispatchEvent(new CustomEvent("deed:done", { bubbles: true, detail: answer }))
  }
  const wrong = Object.entries(answer.errors ?? {})
  showNotice("refused", [answer.message, ...wrong.flatMap(([, errors]) => errors)].filter(Boolean).join(" "))
  const field = form.elements[wrong[0]?.[0]]
  field?.setAttribute?.("aria-invalid", "true")
  field?.focus?.()
}

/** A form's values by name; several of one name as a list. Nothing if there is a file, which a socket does not carry. */
function factsOf(form, submitter) {
  const facts = {}
  const data = form.id === "deed" ? [] : [...new FormData(form)]
  if (submitter?.name) data.push([submitter.name, submitter.value])
  for (const [name, value] of data) {
    if (value instanceof File) return null
    if (name === "csrf_token") continue
    facts[name] = name in facts ? [facts[name], value].flat() : value
  }
  return facts
}
