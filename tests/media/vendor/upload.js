// A foreign client in Node: sends a file in pieces, is stopped in the middle, finds its way back by its own memory, and ends another upload.
// node upload.js BUNDLE ENDPOINT COOKIE TOKEN FILE MEMORY
const [, , bundle, endpoint, cookie, token, file, memory] = process.argv;
const fs = require("fs");
const tus = require(bundle);
const headers = { Cookie: cookie, "X-CSRFToken": token };

function options(more) {
  return Object.assign({ endpoint, headers, metadata: { filename: "node.wav" }, chunkSize: 300000, urlStorage: new tus.FileUrlStorage(memory), retryDelays: [0, 200, 1000] }, more);
}

function first() {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(fs.createReadStream(file), options({
      onError: reject,
      onChunkComplete: (size, sent) => { if (sent >= 600000) { upload.abort().then(() => resolve(upload.url)); } },
      onSuccess: () => reject(new Error("it was to be stopped")),
    }));
    upload.start();
  });
}

function second() {
  return new Promise((resolve, reject) => {
    const offsets = [];
    const upload = new tus.Upload(fs.createReadStream(file), options({
      onError: reject,
      onAfterResponse: (request, response) => { if (request.getMethod() === "HEAD") { offsets.push(Number(response.getHeader("Upload-Offset"))); } },
      onSuccess: () => resolve({ url: upload.url, resumed: offsets[0] }),
    }));
    upload.findPreviousUploads().then((before) => { upload.resumeFromPreviousUpload(before[0]); upload.start(); });
  });
}

function ended() {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(Buffer.alloc(1000), options({ uploadDataDuringCreation: true, onError: reject, onSuccess: () => tus.Upload.terminate(upload.url, { headers }).then(() => resolve(upload.url), reject) }));
    upload.start();
  });
}

first().then((url) => second().then((found) => ended().then((gone) => console.log(JSON.stringify({ url, resumed: found.resumed, same: found.url === url, gone }))))).catch((fault) => { console.error(String(fault)); process.exit(1); });
