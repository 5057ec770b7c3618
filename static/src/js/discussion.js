// The page of a discussion: loaded where one is shown.

import "./shared"
import Discussion from "./discussion/controller"

let isRegistered = false

export function register(application) {
  if (!isRegistered) application.register("discussion", Discussion)
  isRegistered = true
}
