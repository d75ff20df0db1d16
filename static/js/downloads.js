/* A lecture kept as sound for the field: fetched in pieces, so that a broken line goes on where it stopped; kept under its person. Needs outbox.js. */
var Downloads = (function () {
  "use strict";
  var PIECE = 512 * 1024, running = {};
  function where(lesson) { return Outbox.prefix("download") + lesson; }
  function place(lesson, part) { return "/downloads/" + lesson + "/" + part; }
  function cache() { return window.caches ? caches.open("hall-of-" + Outbox.person) : Promise.reject(new Error("no store")); }
  function megabytes(bytes) { return (bytes / 1048576).toFixed(1) + " MB"; }

  /* The sound of a lecture, or null if it was not downloaded. */
  function sound(lesson) {
    return cache().then(function (kept) { return kept.match(place(lesson, "sound")); }).then(function (answer) { return answer ? answer.blob() : null; }).catch(function () { return null; });
  }

  /* Download; `told` hears the share that is here. The server opens the study session first: hours in the field are earned from now on. */
  function start(item, told) {
    var lesson = item.lesson;
    if (running[lesson]) { return running[lesson]; }
    running[lesson] = Outbox.post("/lessons/" + lesson + "/sessions", { key: Outbox.name(), offline: true }).then(function (opened) {
      Outbox.store(where(lesson), { title: item.title, bytes: item.bytes, address: item.address, session: opened.session, done: false });
      return cache();
    }).then(function (kept) {
      return pieces(kept, item, told).then(function (blob) {
        if (blob.size !== item.bytes) { throw new Error("size"); }
        return kept.put(place(lesson, "sound"), new Response(blob, { headers: { "Content-Type": "audio/mp4" } }));
      }).then(function () { return fetch(item.address, { credentials: "same-origin", headers: { "Offline-Copy": "yes" } }); }).then(function (answer) {
        return answer.status === 200 && answer.headers.get("Hall-Person") === Outbox.person ? kept.put(item.address, answer) : null;
      }).then(function () { return clear(kept, item, true); });
    }).then(function () {
      var record = Outbox.load(where(lesson));
      record.done = true;
      Outbox.store(where(lesson), record);
    }).then(function () { delete running[lesson]; }, function (fault) { delete running[lesson]; throw fault; });
    return running[lesson];
  }

  function pieces(kept, item, told) {
    var count = Math.ceil(item.bytes / PIECE), got = [];
    function next(number) {
      if (number >= count) { return Promise.resolve(new Blob(got, { type: "audio/mp4" })); }
      told(number / count);
      return kept.match(place(item.lesson, number)).then(function (here) { return here ? here.blob() : piece(kept, item, number); }).then(function (blob) {
        got.push(blob);
        return next(number + 1);
      });
    }
    return next(0);
  }
  function piece(kept, item, number) {
    var first = number * PIECE, last = Math.min(item.bytes, first + PIECE) - 1;
    return fetch(item.url, { credentials: "same-origin", headers: { Range: "bytes=" + first + "-" + last } }).then(function (answer) {
      if (answer.status !== 206) { throw answer; }
      return answer.blob();
    }).then(function (blob) {
      if (blob.size !== last - first + 1) { throw new Error("cut off"); }
      return kept.put(place(item.lesson, number), new Response(blob)).then(function () { return blob; });
    });
  }
  function clear(kept, item, butSound) {
    return kept.keys().then(function (all) {
      var start = place(item.lesson, "");
      return Promise.all(all.filter(function (one) {
        var path = new URL(one.url).pathname;
        return path.indexOf(start) === 0 && !(butSound && path === place(item.lesson, "sound"));
      }).map(function (one) { return kept.delete(one); }));
    });
  }
  function remove(lesson) {
    Outbox.store(where(lesson), null);
    return cache().then(function (kept) { return clear(kept, { lesson: lesson }, false); });
  }

  /* <div data-download ...>: the button under a player. */
  function button(box) {
    var press = box.querySelector("button"), words = press.querySelector("span"), said = box.querySelector("[data-said]");
    var item = {
      lesson: box.getAttribute("data-lesson"), title: box.getAttribute("data-title"), bytes: Number(box.getAttribute("data-bytes")),
      url: box.getAttribute("data-url"), address: location.pathname
    };
    box.hidden = false;
    function show() {
      var record = Outbox.load(where(item.lesson)), size = { size: megabytes(item.bytes) };
      words.textContent = record && record.done ? _("已下载，查看下载的课") : record ? _("接着下载声音（%(size)s）", size) : _("下载声音，没有网络也能听（%(size)s）", size);
    }
    press.addEventListener("click", function () {
      var record = Outbox.load(where(item.lesson));
      if (record && record.done) { location.href = "/downloads"; return; }
      press.disabled = true;
      start(item, function (share) { said.textContent = _("正在下载 %(share)s", { share: Math.floor(100 * share) + "%" }); }).then(function () {
        said.textContent = _("下载好了。没有网络时打开这一课就能听，听过的部分连上网自动补交。");
      }, function (fault) {
        said.textContent = fault && fault.status === 404 ? _("下载地址过期了，请刷新页面再下载，已下载的部分还在。") :
          fault && fault.name === "QuotaExceededError" ? _("这台设备空间不够，请先删去别的下载。") : _("网络断了，已下载的部分留着，可以接着下载。");
      }).then(function () { press.disabled = false; show(); });
    });
    show();
  }

  /* <div data-downloads>: the list of what is here, with its size and a way to let go of it. */
  function list(box) {
    var items = Outbox.names(Outbox.prefix("download")).map(function (name) { return { lesson: name.split(".")[3], record: Outbox.load(name) }; });
    Promise.all(items.map(function (item) {
      return sound(item.lesson).then(function (blob) {
        if (!blob && item.record.done) { Outbox.store(where(item.lesson), null); item.record = null; }
        return item;
      });
    })).then(function (all) {
      var rows = all.filter(function (item) { return item.record; }), total = 0;
      while (box.firstChild) { box.removeChild(box.firstChild); }
      rows.forEach(function (item) { total += item.record.bytes; box.appendChild(row(item, function () { list(box); })); });
      document.querySelector("[data-none]").hidden = rows.length > 0;
      var sum = document.querySelector("[data-total]");
      sum.hidden = rows.length === 0;
      sum.textContent = _("共 %(count)s 课，%(size)s。", { count: rows.length, size: megabytes(total) });
    });
  }
  function row(item, again) {
    var line = document.createElement("li"), holder = document.createElement("div"), link = document.createElement("a"), size = document.createElement("small"), gone = document.createElement("button");
    holder.className = "row";
    link.className = "row-main"; link.href = item.record.address; link.textContent = item.record.title;
    size.textContent = item.record.done ? _("已下载 %(size)s", { size: megabytes(item.record.bytes) }) : _("还没下完，打开这一课接着下载");
    gone.type = "button"; gone.className = "quiet"; gone.textContent = _("删除"); gone.setAttribute("aria-label", _("删除下载：%(title)s", { title: item.record.title }));
    gone.addEventListener("click", function () { remove(item.lesson).then(again, again); });
    link.appendChild(size); holder.appendChild(link); holder.appendChild(gone); line.appendChild(holder);
    return line;
  }

  if (Outbox.person && window.caches) {
    Array.prototype.forEach.call(document.querySelectorAll("[data-download]"), button);
    Array.prototype.forEach.call(document.querySelectorAll("[data-downloads]"), list);
  }
  return { sound: sound };
})();
