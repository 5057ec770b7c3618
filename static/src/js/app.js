// What every page loads: Turbo, Stimulus, and the few controllers that most pages use.
// No address and no word stands in these scripts; both come from the page.

import "./shared"
import * as Turbo from "@hotwired/turbo"
import { Application } from "@hotwired/stimulus"
import Dialog from "./controllers/dialog"
import Menu from "./controllers/menu"
import Theme from "./controllers/theme"
import Toast from "./controllers/toast"
import { ask } from "./ask"
import { forgetAll, forgetOthers, read } from "./kept"
import { guardMorphs } from "./morph"
import { moveInsteadOfDouble } from "./streams"
import { showNotice } from "./notices"

const SMALL = { dialog: Dialog, menu: Menu, theme: Theme, toast: Toast }

Turbo.config.forms.submitter = "aria-disabled" // `disabled` would take the focus away
Turbo.config.forms.confirm = ask
guardMorphs()
moveInsteadOfDouble(Turbo)
forgetOthers()

const application = Application.start()
for (const [name, controller] of Object.entries(SMALL)) application.register(name, controller)

let loads = 0

/** Loads what the page in view needs and has not been loaded yet; then the page says that it is ready. */
async function loadNeeded() {
  const load = ++loads
  document.documentElement.dataset.script = ""
  const live = document.querySelector("live-room, [data-deed]") && import("./live").then(({ start }) => start(Turbo))
  const editor = document.querySelector("live-draft[may-write]") && import("./editor").then(async ({ start }) => start(await live))
  if (document.querySelector("[data-queue]") || read("queue")) import("./outbox")
  const isKnown = (name) => application.router.modulesByIdentifier.has(name)
  const named = [...document.querySelectorAll("[data-controller]")].flatMap((element) => element.dataset.controller.split(" "))
  if (named.some((name) => name.startsWith("discussion") && !isKnown(name))) (await import("./discussion")).register(application)
  if (!named.every(isKnown)) (await import("./tools")).register(application)
  await Promise.all([live, editor])
  if (load === loads) document.documentElement.dataset.script = "ready"
}

for (const moment of ["turbo:load", "turbo:render", "turbo:frame-load", "streams:rendered"]) addEventListener(moment, loadNeeded)
loadNeeded()

/** Brings the tab of the page in view into sight, where the row of tabs is wider than the screen. */
function showTab() {
  for (const tab of document.querySelectorAll(".nw-tabs [aria-current]")) {
    const [row, place] = [tab.parentElement, tab.getBoundingClientRect()]
    const around = row.getBoundingClientRect()
    row.scrollLeft += place.left + place.width / 2 - (around.left + around.width / 2)
  }
}

addEventListener("turbo:load", showTab)

addEventListener("turbo:fetch-request-error", () => showNotice("offline"))
// A page drawn anew by morphing does not move the focus by itself; what has to be corrected is read out first.
addEventListener("turbo:submit-end", ({ detail }) => {
  if (!detail.success) addEventListener("turbo:render", () => document.querySelector("[data-errors]")?.focus(), { once: true })
})
addEventListener("submit", (event) => event.submitter?.hasAttribute("data-sign-out") && forgetAll(), true)
// A page that the browser has kept whole shows nothing of somebody who has signed out since.
addEventListener("pageshow", ({ persisted }) => {
  const { account } = document.documentElement.dataset
  if (persisted && account) fetch(`/rooms/0/changes?account=${account}`).then(({ status }) => status === 401 && location.reload())
})
addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]")
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal()
})
