// A personal data server (PDS) and the directory of identities (PLC) it needs, both on loopback,
// both forgotten when this process ends. Started by ../bluesky.py, which reads one line of JSON:
// {"ready": true, "pds": address, "plc": address}. Ends on SIGTERM, SIGINT, or when standard input
// closes, so that a killed test run leaves nothing behind.
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const LOOPBACK = '127.0.0.1'

// Neither server lets its caller choose the interface: a bare listen(port) binds all of them.
const listen = http.Server.prototype.listen
http.Server.prototype.listen = function onLoopback(port, ...rest) {
  if (typeof port !== 'number' || typeof rest[0] === 'string') return listen.call(this, port, ...rest)
  return listen.call(this, port, LOOPBACK, ...rest)
}

const { PDS, envToCfg, envToSecrets, readEnv } = await import('@atproto/pds')
const { Database, PlcServer } = (await import('@did-plc/server')).default

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, LOOPBACK, () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'itac-pds-'))
const plcPort = await freePort()
const plc = PlcServer.create({ db: Database.mock(), port: plcPort })
await plc.start()

// The PDS writes its own address into every identity, so its port must be known before it listens.
const pdsPort = await freePort()
const settings = {
  ...readEnv(),
  port: pdsPort,
  hostname: 'localhost',
  devMode: true,
  dataDirectory: directory,
  blobstoreDiskLocation: path.join(directory, 'blobs'),
  blobstoreDiskTmpLocation: path.join(directory, 'blobs-tmp'),
  didPlcUrl: `http://localhost:${plcPort}`,
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  crawlers: [],
  adminPassword: crypto.randomBytes(16).toString('hex'),
  jwtSecret: crypto.randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
  rateLimitsEnabled: false,
  disableSsrfProtection: true,
}
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
await pds.start()
console.log(JSON.stringify({ ready: true, pds: `http://${LOOPBACK}:${pdsPort}`, plc: `http://${LOOPBACK}:${plcPort}` }))

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), 5000).unref()
  await pds.destroy()
  await plc.destroy()
  fs.rmSync(directory, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.stdin.on('end', stop).resume()
