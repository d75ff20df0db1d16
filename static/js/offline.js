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

  /* The way to what this device keeps, once there is something. */
  var way = document.querySelector("[data-has-downloads]"), some = Outbox.names(Outbox.prefix("download")).length;
  if (way && some) { way.hidden = false; way.querySelector("[data-count]").textContent = some; }

  /* 读完了 on a text is kept here first: it counts though the line is down, and once enough time has been read nobody has to tap again. */
  var form = document.querySelector("[data-read]"), line = document.querySelector("[data-read-said]"), stored = true;
  if (!form) { return; }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    say(_("正在交……"));
    stored = Outbox.read(form.getAttribute("data-read"));
  });
  function say(words) {
    line.hidden = false;
    line.textContent = words;
    line.scrollIntoView({ block: "center" });  /* the tab bar lies over the foot of the page */
  }
  function signIn() {
    var link = document.createElement("a");
    link.href = "/sign-in?then=" + encodeURIComponent(location.pathname);
    link.textContent = _("去登录");
    line.appendChild(link);
  }
  Outbox.listen(function (lesson, what, said) {
    if (lesson !== form.getAttribute("data-read")) { return; }
    if (what === "read") { say(_("这一课学完了。")); location.assign(form.getAttribute("data-then")); }
    if (what === "reading") { say(_("请再看一会儿：这一课大约还要读 %(wait)s 秒，到时自动记上，不用再点。回头看看前面也算。", { wait: said.wait })); }
    if (what === "kept") { say(stored ? _("网络不通。“读完了”已存在这台设备里，连上网会自动补交。") : _("网络不通，这台设备又存不下。请先留在这一页，连上网会自动补交。")); }
    if (what === "signed-out") { say(_("登录已过期。“读完了”已存在这台设备里，重新登录后会自动补交。")); signIn(); }
    if (what === "other") { say(_("这台设备换了人登录。“读完了”存在设备里，等您本人再登录时补交。")); }
    if (what === "refused") { say(_("这门课程刚刚有变动，请回到课程页重新进入。")); }
  });
})();
