/* Uploads a recording or a document with its progress, resumably, then follows the preparation. Several may stand on one page. The markup is written by the
   macro upload_field of templates/courses/media/upload.html:

   <div data-upload data-url="/uploads" data-token="(CSRF)" data-status="/assets/0/preparation" data-limit="(megabytes)" data-kind="recording|document">
     <select name="asset_id" data-value data-state="waiting|ready|refused" data-seconds data-pages data-fault data-name></select>
     <input type="file" data-file>
     <div data-box hidden><p data-words role="status"></p><progress max="100" data-bar hidden></progress>
       <button data-again hidden><span></span></button><button data-pause hidden></button><button data-cancel hidden></button></div>
   </div>

   The select takes the asset as soon as the server has accepted the file; nothing else on the page is touched. While a file is on its way
   the form cannot be sent and leaving the page asks first. The box fires "upload:state" with { state, id }. Needs transfer.js. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-upload]"), setUp);

  function setUp(field) {
    var file = field.querySelector("[data-file]"), value = field.querySelector("[data-value]"), box = field.querySelector("[data-box]");
    var words = field.querySelector("[data-words]"), bar = field.querySelector("[data-bar]");
    var again = field.querySelector("[data-again]"), cancel = field.querySelector("[data-cancel]");
    var pause = field.querySelector("[data-pause]"), transfer = null, sending = false;
    var timer = null, chosen = null, turn = 0, before = "", kind = field.getAttribute("data-kind");
    var place = { url: field.getAttribute("data-url"), token: field.getAttribute("data-token"), limit: Number(field.getAttribute("data-limit")) };

    function say(text, tone) {
      box.hidden = false;
      box.className = "upload-state" + (tone ? " " + tone : "");
      if (words.textContent !== text) { words.textContent = text; }
    }
    function show(percent) {
      bar.hidden = percent === null;
      if (percent !== null) { bar.value = percent; }
    }
    function tell(state) {
      field.setAttribute("data-now", state);
      field.dispatchEvent(new CustomEvent("upload:state", { bubbles: true, detail: { state: state, id: value.value } }));
    }
    function clock(seconds) { return Math.floor(seconds / 60) + ":" + ("0" + Math.floor(seconds % 60)).slice(-2); }
    function fail(text, retry) {
      sending = false;
      show(null);
      cancel.hidden = pause.hidden = true;
      again.hidden = !retry;
      say(text, "bad");
      tell("failed");
    }

    function send() {
      stop();
      again.hidden = true;
      again.querySelector("span").textContent = _("重新上传这个文件");
      transfer = window.Transfer(chosen, place, heard);
      transfer.start();
    }
    function heard(state, told) {
      sending = state === "sending" || state === "waiting" || state === "checking";
      if (state === "cancelled") { return; }
      if (state === "failed") { fail(told.words, told.again); return; }
      if (state === "done") { took(told.id); return; }
      say(window.Transfer.words(chosen.name, state, told));
      show(state === "checking" ? 100 : told.percent === undefined ? Number(bar.value) : told.percent);
      cancel.hidden = false;
      pause.hidden = state !== "sending" && state !== "waiting";
      again.hidden = state !== "paused";
      again.querySelector("span").textContent = _("接着传");
      tell("uploading");
    }
    function took(id) {
      var option = document.createElement("option");
      cancel.hidden = pause.hidden = true;
      before = value.value;
      option.value = id;
      option.textContent = chosen.name;
      value.appendChild(option);
      value.value = id;
      follow(id);
    }

    function follow(id) {
      var mine = turn += 1;
      tell("waiting");
      ask();
      function ask() {
        if (mine !== turn) { return; }
        var query = new XMLHttpRequest();
        query.open("GET", field.getAttribute("data-status").replace("/0/", "/" + id + "/"));
        query.setRequestHeader("Accept", "application/json");
        query.onload = function () {
          if (mine !== turn) { return; }
          var answer = null;
          try { answer = JSON.parse(query.responseText); } catch (fault) { answer = null; }
          if (query.status !== 200 || !answer) { later(5000); return; }
          if (answer.kind !== kind) { another(id); return; }
          if (answer.state === "ready") { ready(answer.duration_seconds, answer.page_count); return; }
          if (answer.state === "refused") { unfit(answer.fault || _("这个文件处理不了，请换一个再传。")); return; }
          preparing(answer.percent);
          later(1500);
        };
        query.onerror = function () { later(5000); };
        query.send();
      }
      function later(pause) { timer = setTimeout(ask, pause); }
    }
    function unfit(fault) {
      value.value = before;
      fail(before ? _("%(fault)s原来的文件保持不变。", { fault: fault }) : fault, false);
    }
    /* A file that is good for lessons of another kind is told at once, and not chosen here. */
    function another(id) {
      var option = value.querySelector("option[value='" + id + "']");
      if (option) { value.removeChild(option); }
      unfit(kind === "document" ? _("这是视频或录音，这里要 PPT、PDF 或 Word。请换一个文件；这一个已经传好，视频课里可以选用。") : _("这是课件，这里要视频或录音。请换一个文件；这一个已经传好，“课件”课里可以选用。"));
    }
    function preparing(percent) {
      show(percent);
      again.hidden = true;
      say(_("上传完成，正在准备手机版…… %(share)s。可以先保存、接着写别的，不用等。", { share: percent + "%" }));
    }
    function ready(seconds, pages) {
      show(null);
      again.hidden = true;
      say(pages ? _("已就绪（%(count)s 页）", { count: pages }) : _("已就绪（时长 %(length)s）", { length: clock(seconds) }), "good");
      tell("ready");
    }
    function stop() {
      turn += 1;
      clearTimeout(timer);
      sending = false;
      if (transfer) { var old = transfer; transfer = null; old.cancel(); }
    }

    file.addEventListener("change", function () { if (file.files.length) { chosen = file.files[0]; send(); } });
    again.addEventListener("click", function () { if (transfer) { transfer.start(); } else if (chosen) { send(); } });
    pause.addEventListener("click", function () { transfer.pause(); });
    cancel.addEventListener("click", function () {
      stop();
      file.value = "";
      cancel.hidden = pause.hidden = again.hidden = true;
      show(null);
      say(value.value ? _("已取消。原来的文件保持不变。") : _("已取消上传，可以重新选择文件。"));
      tell("cancelled");
    });
    window.addEventListener("beforeunload", function (event) { if (sending) { event.preventDefault(); event.returnValue = ""; } });
    if (file.form) {
      file.form.addEventListener("submit", function (event) {
        if (!sending) { return; }
        event.preventDefault();
        box.scrollIntoView();
        say(_("文件还在上传，请等传完再保存；或者先点“取消上传”。"), "bad");
      });
    }

    if (value.value) {
      var state = value.getAttribute("data-state"), seconds = Number(value.getAttribute("data-seconds"));
      if (state === "ready") { ready(seconds, Number(value.getAttribute("data-pages"))); } else if (state === "refused") { fail(value.getAttribute("data-fault"), false); } else { preparing(0); follow(value.value); }
      words.textContent = _("%(name)s：%(words)s", { name: value.getAttribute("data-name"), words: words.textContent });
    }
  }
})();
