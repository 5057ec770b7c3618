// The peer of the drafting benchmarks: Hocuspocus with its own settings, documents kept in files of a folder.
//
//   node drafting_server.mjs <port> <folder>

import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Database } from "@hocuspocus/extension-database"
import { Server } from "@hocuspocus/server"

const [port, folder] = [Number(process.argv[2]), process.argv[3]]
const file = (name) => join(folder, `${name}.yjs`)

const server = new Server({
  port,
  address: "127.0.0.1",
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => (existsSync(file(documentName)) ? readFileSync(file(documentName)) : null),
      store: async ({ documentName, state }) => writeFileSync(file(documentName), state),
    }),
  ],
})
await server.listen()
console.log("ready")
