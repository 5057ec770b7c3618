// The peer of the broadcast benchmark: Socket.IO on Node with its own settings, one room, no database.
//
//   node server.mjs <port>

import { createServer } from "node:http"
import { Server } from "socket.io"

const http = createServer()
const io = new Server(http)

io.on("connection", (socket) => {
  socket.on("enter", ({ room }, answer) => {
    socket.join(`room:${room}`)
    answer({ ok: true })
  })
  socket.on("broadcast", ({ room, change }, answer) => {
    io.to(`room:${room}`).emit("change", change)
    answer({ ok: true })
  })
})

http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"))
