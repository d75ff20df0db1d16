/* One file on its way to the server, resumable (tus 1.0 by tus-js-client): Transfer(file, { url, token, limit }, tell) gives { start, pause,
   cancel }. `tell(state, told)` hears:
     sending { percent, speed (bytes a second), left (seconds or null) }, paused { percent }, waiting (the network is gone; it goes on by
     itself), checking, done { id, state } (the asset), failed { words, again (whether to try once more makes sense) }, cancelled.
   The browser remembers where a file was left off, so that choosing it again after a reload, or another day, goes on from there. */
(function () {
  "use strict";
  var AGAIN = [0, 1000, 3000, 5000, 10000, 20000, 20000], PIECE = 64 * 1048576;

  window.Transfer = function (file, place, tell) {
    var upload = null, marks = [], percent = 0, over = false, timer = null;

    function failed(words, again) { upload = null; tell("failed", { words: words, again: again }); }
    function said(response) {
      var answer = {};
      try { answer = JSON.parse(response.getBody()); } catch (fault) { answer = {}; }
      return answer.error;
    }

    function progress(sent, all) {
      var now = performance.now(), first;
      percent = all ? Math.floor(100 * sent / all) : 100;
      marks.push([now, sent]);
      while (marks.length > 2 && now - marks[0][0] > 8000) { marks.shift(); }
      first = marks[0];
      var speed = now > first[0] ? 1000 * (sent - first[1]) / (now - first[0]) : 0;
      tell("sending", { percent: percent, speed: speed, left: speed > 0 ? (all - sent) / speed : null });
    }

    function trouble(fault) {
      var response = fault && fault.originalResponse, status = response ? response.getStatus() : 0;
      if (over) { return; }
      if (status === 401) { failed(_("登录已过期。请另开一页重新登录，再回到这里点“接着传”；本页填写的内容不会丢。"), true); return; }
      if (status === 507) { failed(said(response), true); return; }
      if (status >= 400 && status < 500 && status !== 409 && status !== 423) { failed(said(response) || _("服务器没有收好这个文件，请再传一次；本页填写的内容不会丢。"), !said(response)); return; }
      tell("waiting", {});
      marks = [];
      later(function () { upload.start(); });
    }
    /* As soon as the network is back, or after a while in case nobody tells. */
    function later(then) {
      clearTimeout(timer);
      function go() { window.removeEventListener("online", go); clearTimeout(timer); if (!over) { then(); } }
      window.addEventListener("online", go);
      timer = setTimeout(go, 15000);
    }

    function enter() {
      var query = new XMLHttpRequest();
      tell("checking", {});
      query.open("POST", upload.url + "/asset");
      query.setRequestHeader("X-CSRFToken", place.token);
      query.setRequestHeader("Accept", "application/json");
      query.onload = function () {
        var answer = {};
        if (over) { return; }
        try { answer = JSON.parse(query.responseText); } catch (fault) { answer = {}; }
        if (query.status === 201 && answer.id) { upload = null; tell("done", answer);
        } else if (query.status === 409) { later(enter);
        } else if (query.status === 401) { failed(_("登录已过期。请另开一页重新登录，再回到这里点“接着传”；本页填写的内容不会丢。"), true);
        } else { failed(answer.error || _("服务器没有收好这个文件，请再传一次；本页填写的内容不会丢。"), !answer.error); }
      };
      query.onerror = function () { if (!over) { tell("waiting", {}); later(enter); } };
      query.send();
    }

    function start() {
      over = false;
      marks = [];
      if (file.size === 0) { failed(_("这个文件是空的（0 字节）。请检查原文件能不能打开，再重新选择。"), false); return; }
      if (place.limit && file.size > place.limit * 1048576) { failed(_("文件太大（%(size)s MB），上限是 %(limit)s MB。请导出为 1280×720 的 MP4，或者剪成几段，再上传。", { size: Math.ceil(file.size / 1048576), limit: place.limit }), false); return; }
      tell("sending", { percent: percent, speed: 0, left: null });
      if (upload) { upload.start(); return; }
      upload = new window.tus.Upload(file, {
        endpoint: place.url, chunkSize: PIECE, retryDelays: AGAIN, metadata: { filename: file.name, filetype: file.type },
        headers: { "X-CSRFToken": place.token, Accept: "application/json" },
        onProgress: progress, onSuccess: enter, onError: trouble
      });
      upload.findPreviousUploads().then(function (before) {
        if (before.length) { upload.resumeFromPreviousUpload(before[0]); }
        if (!over) { upload.start(); }
      });
    }

    return {
      start: start,
      pause: function () { over = true; clearTimeout(timer); if (upload) { upload.abort(); } tell("paused", { percent: percent }); },
      cancel: function () {
        var old = upload;
        over = true;
        clearTimeout(timer);
        upload = null;
        percent = 0;
        if (old) { old.abort(true).catch(function () { /* the server sweeps it in some days */ }); }
        tell("cancelled", {});
      }
    };
  };

  /* What a state is called; empty for those whose words come with them. */
  window.Transfer.words = function (name, state, told) {
    if (state === "sending") { return _("正在上传 %(name)s …… %(share)s", { name: name, share: told.percent + "%" }) + pace(told); }
    if (state === "paused") { return _("已暂停，%(name)s 传了 %(share)s。点“接着传”从这里继续；关掉页面也不要紧，再选同一个文件会接着传。", { name: name, share: told.percent + "%" }); }
    if (state === "waiting") { return _("网络断了，连上以后会自动接着传；已经传上去的不会丢。"); }
    if (state === "checking") { return _("已传完，正在检查文件……"); }
    if (state === "failed") { return told.words; }
    return "";
  };
  function pace(told) {
    if (!told.speed) { return ""; }
    var speed = told.speed > 1048576 ? (told.speed / 1048576).toFixed(1) + " MB" : Math.ceil(told.speed / 1024) + " KB";
    var left = told.left > 90 ? _("%(n)s 分钟", { n: Math.ceil(told.left / 60) }) : _("%(n)s 秒", { n: Math.ceil(told.left) });
    return _("（每秒 %(speed)s，大约还要 %(left)s）", { speed: speed, left: left });
  }
})();
