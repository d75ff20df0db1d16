/* Many files at once: <div data-uploads data-url data-token data-limit> with an input [data-files], a list [data-list] and a <template> of a row
   that has [data-name], [data-words], a progress [data-bar] and the buttons [data-pause], [data-go] and [data-cancel]. Three are sent at a
   time, the others wait their turn. Needs transfer.js. */
(function () {
  "use strict";
  var AT_ONCE = 3;
  Array.prototype.forEach.call(document.querySelectorAll("[data-uploads]"), function (box) {
    var list = box.querySelector("[data-list]"), pattern = box.querySelector("template"), queue = [], going = 0;
    var place = { url: box.getAttribute("data-url"), token: box.getAttribute("data-token"), limit: Number(box.getAttribute("data-limit")) };

    function next() {
      while (going < AT_ONCE && queue.length) { going += 1; queue.shift()(); }
    }

    function add(file) {
      var row = document.importNode(pattern.content, true).firstElementChild, counted = false;
      var words = row.querySelector("[data-words]"), bar = row.querySelector("[data-bar]");
      var pause = row.querySelector("[data-pause]"), go = row.querySelector("[data-go]"), cancel = row.querySelector("[data-cancel]");
      row.querySelector("[data-name]").textContent = file.name;
      bar.setAttribute("aria-label", file.name);
      list.appendChild(row);
      words.textContent = _("等待上传");

      var transfer = window.Transfer(file, place, function (state, told) {
        var text = window.Transfer.words(file.name, state, told), running = state === "sending" || state === "waiting" || state === "checking";
        row.setAttribute("data-now", state);
        row.className = "card upload-state" + (state === "done" ? " good" : state === "failed" ? " bad" : "");
        if (state === "done") { text = told.state === "ready" ? _("传好了。这个文件以前处理过，现在就能用。") : _("传好了，正在准备手机版，不用等。"); }
        if (state === "cancelled") { text = _("已取消。"); }
        if (words.textContent !== text) { words.textContent = text; }
        if (told.percent !== undefined) { bar.value = told.percent; }
        bar.hidden = !running && state !== "paused";
        pause.hidden = state !== "sending" && state !== "waiting";
        go.hidden = !(state === "paused" || (state === "failed" && told.again));
        cancel.hidden = !running && state !== "paused";
        if (counted && !running) { counted = false; going -= 1; next(); }
      });
      function begin() { counted = true; transfer.start(); }
      queue.push(begin);
      pause.addEventListener("click", transfer.pause);
      cancel.addEventListener("click", function () {
        var waits = queue.indexOf(begin);
        if (waits >= 0) { queue.splice(waits, 1); }
        transfer.cancel();
      });
      go.addEventListener("click", function () { queue.push(begin); next(); });
      next();
    }

    box.querySelector("[data-files]").addEventListener("change", function (event) {
      Array.prototype.forEach.call(event.target.files, add);
      event.target.value = "";
    });
    window.addEventListener("beforeunload", function (event) {
      if (going || queue.length) { event.preventDefault(); event.returnValue = ""; }
    });
  });
})();
