/** Asks before a deed that cannot be taken back. Resolves to whether it shall be done. */
export function ask(question, form, submitter) {
  const dialog = document.getElementById("confirm")
  dialog.querySelector("h2").textContent = question
  dialog.querySelector("[data-yes]").textContent = submitter?.textContent.trim() || form.querySelector("[type=submit]")?.textContent.trim()
  dialog.returnValue = "no"
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }))
}
