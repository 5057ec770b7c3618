// What was written and is not yet known to be with the server: kept in this browser, for the account that wrote it, through
// reload and restart, and sent by itself, one after another, each once (its key). Loaded where a form has data-queue, and
// wherever something waits. The socket carries it, or else the form's own address does.

import "./shared"
import { keep, read } from "./kept"
import { forgetTyped } from "./morph"

const MOST = 50
const AGAIN = 15000 // milliseconds between tries
const DAY = 86400e3 // what is older is not sent without being asked for
const NOTICED = 5000 // how long something waits before other pages say so

let timer
let isSending = false
let isWanted = false

/** Entries {deed, on, key, facts, action, page, at, refused: why it was not taken}, in their order. */
export const waiting = () => read("queue") ?? []

function change(work) {
  const entries = work(waiting())
  keep("queue", entries.length ? entries : null)
  tell()
}

export const drop = (key) => change((entries) => entries.filter((entry) => entry.key !== key))

function tell() {
  dispatchEvent(new Event("outbox:changed"))
  showBanner()
}

/** A form with data-queue: its text is kept first, and then sent. One with a file goes another way. */
function take(event) {
  const { target: form } = event
  if (!form.matches("[data-queue]") || event.defaultPrevented) return
  const empty = [...form.querySelectorAll("[required]")].find((field) => !field.value.trim())
  if (empty || !form.checkValidity()) {
    event.preventDefault()
    return (empty ?? form.querySelector(":invalid")).focus()
  }
  const facts = {}
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File ? value.name : false) return
    if (typeof value === "string" && value && !/^(csrf_token|key)$/.test(name)) facts[name] = value
  }
  const { deed, on } = form.dataset
  const key = form.elements.key?.value || crypto.randomUUID()
  const entry = { deed, on: Number(on), key, facts, action: form.getAttribute("action"), page: location.pathname, at: Date.now() }
  if (waiting().length >= MOST) return
  change((entries) => [...entries, entry])
  if (!waiting().some((kept) => kept.key === key)) return // nothing can be kept here: the form is sent as any other
  event.preventDefault()
  forgetTyped(form)
  flush()
}

export async function flush() {
  isWanted = true
  if (isSending) return
  isSending = true
  clearTimeout(timer)
  while (isWanted) {
    isWanted = false
    for (let entry; (entry = waiting().find(({ refused }) => refused == null)); ) {
      const answer = Date.now() - entry.at < DAY ? await send(entry) : { ok: false, message: banner()?.dataset.old }
      if (!answer) break
      settle(entry, answer)
    }
  }
  isSending = false
  if (waiting().some(({ refused }) => refused == null)) timer = setTimeout(flush, AGAIN)
  setTimeout(showBanner, NOTICED)
}

async function send(entry) {
  const { deed, on, key, facts } = entry
  const asked = { deed: { deed, on, key, facts } }
  dispatchEvent(new CustomEvent("live:do", { detail: asked }))
  const answer = asked.answer ? await asked.answer : await post(entry)
  return /^(too_fast|signed_out)$/.test(answer?.error) ? null : answer
}

async function post(entry, isAgain) {
  const { action, key, facts } = entry
  const body = new FormData()
  const token = document.querySelector("[name=csrf_token]")?.value
  for (const [name, value] of Object.entries({ ...facts, key, csrf_token: token })) body.append(name, value)
  const answer = await fetch(action, { method: "POST", body }).catch(() => null)
  const html = await answer?.text().catch(() => "")
  if (answer?.status === 400 && !isAgain && renew(html)) return post(entry, true)
  return answer && understand(answer.status, answer.redirected, html)
}

/** Who has signed in anew in another window holds another token: the refusal brings it, for pages of the same account. */
function renew(html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  const token = page.querySelector("[name=csrf_token]")?.value
  if (!token || page.documentElement.dataset.account !== document.documentElement.dataset.account) return false
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token
  return true
}

/** What a page that answers a form means: it was taken, it was refused and why, or nothing can be said. */
export function understand(status, isRedirected, html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  if (page.documentElement.dataset.account !== document.documentElement.dataset.account) return null
  if (isRedirected) return { ok: true }
  if (![403, 404, 422].includes(status)) return null
  const said = page.querySelector("[data-errors] li") ?? page.querySelector("main p:not([aria-hidden])")
  return { ok: false, message: said?.textContent.trim() ?? "" }
}

function settle({ key }, answer) {
  if (!answer.ok) {
    const words = [answer.message, ...Object.values(answer.errors ?? {}).flat()].filter(Boolean).join(" ")
    return change((entries) => entries.map((entry) => (entry.key === key ? { ...entry, refused: words } : entry)))
  }
  dispatchEvent(new CustomEvent("outbox:sent", { detail: { key, id: answer.id } }))
  drop(key)
}

const banner = () => document.querySelector("[data-waiting-banner]")

/** Other pages than the one on which it was written say that something waits. */
function showBanner() {
  const element = banner()
  if (!element) return
  const late = waiting().filter(({ refused, at, page }) => page !== location.pathname && (refused != null || Date.now() - at > NOTICED))
  const [entry] = late
  element.hidden = !entry
  if (!entry) return
  element.querySelector("[data-words]").textContent = entry.refused != null ? [element.dataset.refused, entry.refused].join(" ") : element.dataset.waiting
  element.querySelector("[data-text]").textContent = entry.facts.text ?? ""
  element.querySelector("a").href = entry.page
  element.querySelector("button").dataset.key = entry.key
}

addEventListener("submit", take, true)
addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-waiting-banner] button")
  if (button) drop(button.dataset.key)
})
addEventListener("storage", ({ key }) => key?.endsWith(":queue") && tell())
for (const moment of ["live:connected", "online", "turbo:load"]) addEventListener(moment, flush)
showBanner()
setTimeout(flush, 1500) // a socket that is about to open is waited for
