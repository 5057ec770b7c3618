// Keeps the rooms of a page level with everybody else's: the client side of the live protocol.
// Loaded where a page names a room or offers a live deed.

import "./shared"
import { io } from "socket.io-client"
import { connectionLine } from "./live/line"
import { Rooms } from "./live/rooms"
import { offerDeeds } from "./live/deeds"

const GRACE = 2500 // milliseconds that a connection may be gone before anybody is told

let rooms

/** Gives the page's one connection. */
export function start(Turbo) {
  if (rooms) {
    rooms.settle()
    return rooms.socket
  }

  const { account } = document.documentElement.dataset
  const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelayMax: 10000, autoConnect: false, auth: (give) => give({ account }) })
  const line = connectionLine()
  rooms = new Rooms(socket, Turbo, line)

  socket.on("connect", () => rooms.arrive())
  socket.on("disconnect", (reason) => {
    rooms.depart(GRACE)
    // Put out by the server, perhaps signed out elsewhere: what may still be seen is asked for anew.
    if (reason === "io server disconnect") setTimeout(() => rooms.settle(), Math.random() * GRACE)
  })
  socket.on("connect_error", ({ message }) => (message === "signed_out" ? rooms.signOut() : rooms.depart(GRACE)))
  socket.on("change", (change) => rooms.hear(...change))
  socket.on("state", (state) => rooms.hearState(state))
  socket.on("again", ({ room }) => rooms.enterSoon(room))
  socket.on("gone", ({ room }) => rooms.leaveForGood(room))

  // Between two tries of its own it would not call, and the next one may be ten seconds away.
  addEventListener("online", () => (socket.connected ? rooms.enterAll() : socket.disconnect().connect()))
  addEventListener("pageshow", ({ persisted }) => persisted && rooms.enterAll())
  document.addEventListener("visibilitychange", () => document.hidden || rooms.enterAll())
  addEventListener("turbo:load", () => rooms.settle())
  addEventListener("outbox:sent", () => socket.connected || rooms.enterAll())
  addEventListener("turbo:submit-start", () => rooms.expectPage())
  addEventListener("turbo:visit", () => rooms.expectPage())
  addEventListener("turbo:render", () => {
    line.show()
    if (!document.documentElement.hasAttribute("data-turbo-preview")) rooms.pageCame()
  })
  // Where a page cannot be fetched Turbo would have the browser load it from nothing, and what was typed would be gone.
  addEventListener("turbo:fetch-request-error", (event) => {
    if (event.target !== document.documentElement) return
    event.preventDefault()
    if (event.detail.request.url.pathname === location.pathname) rooms.drawAnew()
  })

  offerDeeds(socket)
  customElements.define(
    "live-room",
    class extends HTMLElement {
      static observedAttributes = ["number"]
      connectedCallback() {
        rooms.enter(this.roomId)
      }
      disconnectedCallback() {
        rooms.close(this.roomId)
      }
      attributeChangedCallback(_name, before) {
        if (before !== null) rooms.check(this.roomId) // a page drawn anew may be older than what was heard
      }
      get roomId() {
        return Number(this.getAttribute("room"))
      }
    },
  )
  rooms.settle()
  return socket
}
