/* Asks the service worker, where there is one, to keep what can be read without a network; and lets go of it all when its person signs out. */
(function () {
  "use strict";
  var worker = document.body.getAttribute("data-worker");
  if (!Outbox.person) { return; }
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(worker, { scope: "/" }).then(function () { return navigator.serviceWorker.ready; }).then(function (ready) {
      ready.active.postMessage({ keep: Outbox.person });
    }).catch(function () { /* WeChat on iOS has none: the queue alone must do */ });
  }
  document.addEventListener("submit", function (event) {
    if (!/\/sign-out$/.test(event.target.action)) { return; }
    Outbox.names(Outbox.prefix("download")).forEach(function (where) { Outbox.store(where, null); });
    if (window.caches) { caches.delete("hall-of-" + Outbox.person); }
  });

  /* 读完了 on a text that was opened without a network is kept until there is one. */
  var form = document.querySelector("[data-read]"), line = document.querySelector("[data-read-said]");
  if (!form) { return; }
  form.addEventListener("submit", function (event) {
    if (navigator.onLine !== false) { return; }
    event.preventDefault();
    Outbox.read(form.getAttribute("data-read"));
  });
  Outbox.listen(function (lesson, what, said) {
    if (lesson !== form.getAttribute("data-read")) { return; }
    line.hidden = false;
    line.textContent = what === "read" ? "这一课学完了。" : what === "reading" ? "已收到。这一课大约还要读 " + said.wait + " 秒，到时自动记上。" :
      "现在没有网络。“读完了”已存在这台设备里，连上网会自动补交。";
  });
})();
