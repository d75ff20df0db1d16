/* Uploads a recording with its progress, then follows the preparation. Several may stand on one page. The markup is written by the macro
   upload_field of templates/courses/media/upload.html:

   <div data-upload data-url="/assets" data-token="(CSRF)" data-status="/assets/0/preparation" data-limit="(megabytes)">
     <input type="hidden" name="asset_id" data-value data-state="waiting|ready|refused" data-seconds data-fault data-name>
     <input type="file" data-file>
     <div data-box hidden><p data-words role="status"></p><progress max="100" data-bar hidden></progress>
       <button data-again hidden></button><button data-cancel hidden></button></div>
   </div>

   The hidden input takes the asset's id as soon as the server has accepted the file; nothing else on the page is touched. While a file
   is on its way the form cannot be sent and leaving the page asks first. The box fires "upload:state" with { state, id }. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-upload]"), setUp);

  function setUp(field) {
    var file = field.querySelector("[data-file]"), value = field.querySelector("[data-value]"), box = field.querySelector("[data-box]");
    var words = field.querySelector("[data-words]"), bar = field.querySelector("[data-bar]");
    var again = field.querySelector("[data-again]"), cancel = field.querySelector("[data-cancel]");
    var request = null, timer = null, chosen = null, turn = 0, before = "";

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
      request = null;
      show(null);
      cancel.hidden = true;
      again.hidden = !retry;
      say(text, "bad");
      tell("failed");
    }

    function send() {
      var limit = Number(field.getAttribute("data-limit"));
      stop();
      if (chosen.size === 0) { fail("这个文件是空的（0 字节）。请检查原文件能不能播放，再重新选择。", false); return; }
      if (limit && chosen.size > limit * 1048576) { fail("文件太大（" + Math.ceil(chosen.size / 1048576) + " MB），上限是 " + limit + " MB。请导出为 1280×720 的 MP4，或者剪成几段，再上传。", false); return; }
      var data = new FormData(), mine = new XMLHttpRequest();
      data.append("file", chosen, chosen.name);
      request = mine;
      again.hidden = true;
      cancel.hidden = false;
      show(0);
      say("正在上传 " + chosen.name + " …… 0%");
      tell("uploading");
      mine.open("POST", field.getAttribute("data-url"));
      mine.setRequestHeader("X-CSRFToken", field.getAttribute("data-token"));
      mine.setRequestHeader("Accept", "application/json");
      mine.upload.onprogress = function (event) {
        if (!event.lengthComputable || request !== mine) { return; }
        var percent = Math.floor(100 * event.loaded / event.total);
        show(percent);
        say(percent < 100 ? "正在上传 " + chosen.name + " …… " + percent + "%" : "已传完，正在检查文件……");
      };
      mine.onload = function () {
        if (request !== mine) { return; }
        var answer = {};
        try { answer = JSON.parse(mine.responseText); } catch (fault) { answer = {}; }
        if (mine.status === 201 && answer.id) {
          request = null;
          cancel.hidden = true;
          before = value.value;
          value.value = answer.id;
          follow(answer.id);
        } else if (mine.status === 401) { fail("登录已过期。请另开一页重新登录，再回到这里点“重新上传”；本页填写的内容不会丢。", true);
        } else { fail(answer.error || "服务器没有收好这个文件，请再传一次；本页填写的内容不会丢。", !answer.error); }
      };
      mine.onerror = function () { if (request === mine) { fail("上传中断了，可能是网络不稳。本页填写的内容还在，请点“重新上传”。", true); } };
      mine.send(data);
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
          if (answer.state === "ready") { ready(answer.duration_seconds); return; }
          if (answer.state === "refused") { value.value = before; fail((answer.fault || "这个文件处理不了，请换一个再传。") + (before ? "原来的文件保持不变。" : ""), false); return; }
          preparing(answer.percent);
          later(1500);
        };
        query.onerror = function () { later(5000); };
        query.send();
      }
      function later(pause) { timer = setTimeout(ask, pause); }
    }
    function preparing(percent) {
      show(percent);
      again.hidden = true;
      say("上传完成，正在准备手机版…… " + percent + "%。可以先保存、接着写别的，不用等。");
    }
    function ready(seconds) {
      show(null);
      again.hidden = true;
      say("已就绪（时长 " + clock(seconds) + "）", "good");
      tell("ready");
    }
    function stop() {
      turn += 1;
      clearTimeout(timer);
      if (request) { var old = request; request = null; old.abort(); }
    }

    file.addEventListener("change", function () { if (file.files.length) { chosen = file.files[0]; send(); } });
    again.addEventListener("click", function () { if (chosen) { send(); } });
    cancel.addEventListener("click", function () {
      stop();
      file.value = "";
      cancel.hidden = true;
      show(null);
      say(value.value ? "已取消。原来的文件保持不变。" : "已取消上传，可以重新选择文件。");
      tell("cancelled");
    });
    window.addEventListener("beforeunload", function (event) { if (request) { event.preventDefault(); event.returnValue = ""; } });
    if (file.form) {
      file.form.addEventListener("submit", function (event) {
        if (!request) { return; }
        event.preventDefault();
        box.scrollIntoView();
        say("文件还在上传，请等传完再保存；或者先点“取消上传”。", "bad");
      });
    }

    if (value.value) {
      var state = value.getAttribute("data-state"), seconds = Number(value.getAttribute("data-seconds"));
      if (state === "ready") { ready(seconds); } else if (state === "refused") { fail(value.getAttribute("data-fault"), false); } else { preparing(0); follow(value.value); }
      words.textContent = value.getAttribute("data-name") + "：" + words.textContent;
    }
  }
})();
