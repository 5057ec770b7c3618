// Deeds over the socket: a form or button with data-deed="discussions.post" data-on="31" does what its form would do.
// Without a socket, or without an answer, the form is sent as any other. With data-queue a text waits in this browser instead,
// for the account that wrote it, and is sent once when the connection is back; its key keeps it from happening twice.

import { ask } from "../ask"
import { keep, read } from "../kept"
import { forgetTyped } from "../morph"
import { showNotice } from "../notices"

const ANSWER = 10000
const MOST = 20
const OLDEST = 86400e3 // milliseconds

export function offerDeeds(socket) {
  const plain = new WeakSet()

  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event
    const source = submitter?.closest("[data-deed]") ?? form.closest("[data-deed]")
    const facts = source && factsOf(form, submitter)
    if (!facts || plain.delete(form)) return
    const mayWait = "queue" in source.dataset
    if (!socket.connected && !(mayWait && !navigator.onLine)) return
    event.preventDefault()
    if (source.ariaDisabled === "true") return
    const question = submitter?.dataset.turboConfirm ?? form.dataset.turboConfirm
    if (question && !(await ask(question, form, submitter))) return

    const deed = { deed: source.dataset.deed, on: Number(source.dataset.on), key: crypto.randomUUID(), facts }
    source.ariaDisabled = "true"
    const answer = socket.connected && (await send(deed))
    source.ariaDisabled = null
    if (answer) return settle(answer, form)
    if (mayWait) return wait(deed, form)
    plain.add(form)
    form.requestSubmit(submitter)
  }, true)

  const send = (deed) => socket.timeout(ANSWER).emitWithAck("do", deed).catch(() => null)

  socket.on("connect", async () => {
    for (const deed of waiting()) {
      const answer = await send(deed)
      if (!answer || answer.error === "too_fast") return
      keep("queue", waiting().filter(({ key }) => key !== deed.key))
      if (!answer.ok) showNotice("refused", answer.message)
    }
  })
}

const waiting = () => (read("queue") ?? []).filter(({ at }) => Date.now() - at < OLDEST)

function wait(deed, form) {
  if (waiting().length >= MOST) return showNotice("offline")
  keep("queue", [...waiting(), { ...deed, at: Date.now() }])
  forgetTyped(form)
  showNotice("queued")
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
