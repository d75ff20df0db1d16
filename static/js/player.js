/* The player of a lecture: <div data-player ...>. Plays HLS (Apple's own, else hls.js loaded at the first tap, else an MP4) or the sound
   alone, remembers which seconds were really played, and resumes. Needs outbox.js and downloads.js. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-player]"), setUp);

  function setUp(box) {
    var video = box.querySelector("video"), screen = box.querySelector(".screen"), big = box.querySelector("[data-play]");
    var saved = box.querySelector("[data-saved]"), part = box.querySelector("[data-part]");
    var lesson = box.getAttribute("data-lesson"), length = Number(box.getAttribute("data-length"));
    var local = Outbox.stood(lesson);
    var resume = local === null ? Number(box.getAttribute("data-resume")) : local >= length - 3 ? 0 : Math.max(0, Math.floor(local) - 3);
    var toggle = box.querySelector("[data-toggle]"), full = box.querySelector("[data-full]");
    var done = box.getAttribute("data-done") === "yes";
    var hls = null, sound = false, started = false, last = null, lastAt = 0, sinceSave = 0, place = resume, here = null, keeps = true;
    Downloads.sound(lesson).then(function (blob) { here = blob ? URL.createObjectURL(blob) : null; });

    function say(words) { if (saved.textContent !== words) { saved.textContent = words; } }
    function clock(seconds) {
      var s = Math.floor(Math.min(seconds, length)), rest = ("0" + (s % 60)).slice(-2);
      return s < 3600 ? Math.floor(s / 60) + ":" + rest : Math.floor(s / 3600) + ":" + ("0" + Math.floor(s % 3600 / 60)).slice(-2) + ":" + rest;
    }

    function apple() { return /iPhone|iPad|Macintosh.*Safari/.test(navigator.userAgent) && !/Chrome|Android/.test(navigator.userAgent) && video.canPlayType("application/vnd.apple.mpegurl"); }

    function source(at, play) {
      var url = sound ? box.getAttribute("data-sound") : box.getAttribute("data-hls") || box.getAttribute("data-mp4") || box.getAttribute("data-sound");
      if (hls) { hls.destroy(); hls = null; }
      last = at;
      if (here && (sound || navigator.onLine === false)) { screen.className = "screen sounding"; direct(here, at, play); return; }
      if (/\.m3u8$/.test(url) && !apple()) {
        library(function (ready) {
          if (!ready) { direct(box.getAttribute("data-mp4") || url, at, play); return; }
          hls = new window.Hls({ startPosition: at, maxBufferLength: 60, capLevelToPlayerSize: true, enableWorker: true });
          hls.on(window.Hls.Events.ERROR, function (name, fault) { if (fault.fatal) { fatal(fault); } });
          hls.loadSource(url);
          hls.attachMedia(video);
          if (play) { hls.on(window.Hls.Events.MANIFEST_PARSED, go); }
        });
      } else { direct(url, at, play); }
    }
    function direct(url, at, play) {
      video.src = url;
      video.addEventListener("loadedmetadata", function once() {
        video.removeEventListener("loadedmetadata", once);
        if (at > 0) { video.currentTime = at; }
      });
      if (play) { go(); }
    }
    function fatal(fault) {
      if (fault.type === "mediaError") { hls.recoverMediaError(); return; }
      if (here && !sound) { sound = true; say(_("网络断了，接着放已下载的声音。")); source(place, true); return; }
      say(_("网络不太好，正在重新连接……已看的部分都记着。"));
      setTimeout(function () { renew(function () { source(place, true); }); }, 3000);
    }
    /* The signed addresses end some hours after the page was made. The page, read again, has new ones, and playing goes on from the same place. */
    function renew(then) {
      fetch(location.href, { credentials: "same-origin" }).then(function (answer) { return answer.text(); }).then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-player]");
        if (!fresh) { big.hidden = false; say(_("播放停了。请刷新这一页或重新登录，会从这里接着放，已看的部分不会丢。")); return; }
        ["data-hls", "data-mp4", "data-sound"].forEach(function (name) { box.setAttribute(name, fresh.getAttribute(name)); });
        then();
      }, then);
    }
    video.addEventListener("error", function () { if (started && !hls) { fatal({}); } });
    function library(then) {
      if (window.Hls) { then(window.Hls.isSupported()); return; }
      var script = document.createElement("script");
      script.src = box.getAttribute("data-library");
      script.onload = function () { then(Boolean(window.Hls) && window.Hls.isSupported()); };
      script.onerror = function () { then(false); };
      document.head.appendChild(script);
    }
    function go() {
      starts();
      var playing = video.play();
      if (playing && playing.catch) { playing.catch(function () { big.hidden = false; say(_("请再点一下播放。")); }); }
    }

    function begin(at) {
      big.hidden = true;
      started = true;
      box.querySelector("[data-transport]").hidden = false;
      source(at, true);
    }
    function goOrStop() { if (!started) { say(_("正在打开……")); Outbox.flush(lesson); begin(resume); } else if (video.paused) { go(); } else { video.pause(); } }
    function showState() {
      var picture = toggle.querySelector("use");
      picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, video.paused ? "#play" : "#pause"));
      toggle.querySelector("span").textContent = video.ended ? _("再放一遍") : video.paused ? _("接着放") : _("暂停");
    }
    [big, toggle].forEach(function (one) { one.addEventListener("click", goOrStop); });
    video.addEventListener("click", function () { if (!video.controls) { goOrStop(); } });
    ["play", "pause", "ended"].forEach(function (name) { video.addEventListener(name, showState); });

    /* The page has its own controls, in words; in full screen the browser shows its own. */
    full.hidden = !(video.requestFullscreen || video.webkitRequestFullscreen || video.webkitEnterFullscreen);
    full.addEventListener("click", function () { (video.requestFullscreen || video.webkitRequestFullscreen || video.webkitEnterFullscreen).call(video); });
    ["fullscreenchange", "webkitfullscreenchange"].forEach(function (name) {
      document.addEventListener(name, function () { video.controls = Boolean(document.fullscreenElement || document.webkitFullscreenElement); });
    });

    /* Which seconds were really played: a step forward no longer than the time that passed, at the speed in force. */
    function track() {
      var at = video.currentTime, moment = performance.now();
      var most = (moment - lastAt) / 1000 * video.playbackRate + 1.2;
      if (last !== null && at > last && at - last <= most) {
        keeps = Outbox.add(lesson, last, at, at, sound);
        if (!keeps) { say(_("这台设备存不下记录，学到的部分会马上上交，请保持网络畅通。")); }
      }
      last = video.seeking ? null : at;
      lastAt = moment;
      if (at > 0) { place = at; }
      part.textContent = clock(at) + " / " + clock(length);
      if (moment - sinceSave > (keeps ? 12000 : 3000)) { sinceSave = moment; Outbox.flush(lesson); }
    }
    video.addEventListener("timeupdate", track);
    video.addEventListener("seeking", function () { last = null; });
    video.addEventListener("seeked", function () { last = video.currentTime; });
    /* What was played is counted from where it stood still, for no longer than it can have played since it was asked to; on a busy phone the browser
       says a second late that it plays. */
    function starts() { lastAt = performance.now(); }
    video.addEventListener("play", function () { if (video.controls) { starts(); } });
    video.addEventListener("playing", function () { big.hidden = true; track(); say(done ? _("这一课已学完，可以随时再看。") : _("正在播放，学到哪里会自动记住。")); });
    video.addEventListener("pause", function () { track(); Outbox.flush(lesson); });
    video.addEventListener("ended", function () { Outbox.flush(lesson); });
    /* The browser speaks of the time a few times a second, and less often where it is slow: what was played since goes along. */
    function leave() { if (started) { track(); Outbox.flush(lesson, true); } }
    document.addEventListener("visibilitychange", function () { if (document.hidden) { leave(); } });
    window.addEventListener("pagehide", leave);

    var switcher = box.querySelector("[data-sound-switch]");
    if (switcher) {
      switcher.addEventListener("click", function () {
        var at = started ? video.currentTime : resume;
        sound = !sound;
        switcher.setAttribute("aria-pressed", String(sound));
        switcher.querySelector("span").textContent = sound ? _("换回视频") : _("只听声音（省流量）");
        screen.className = sound ? "screen sounding" : "screen";
        Outbox.flush(lesson);
        begin(at);
      });
    }
    box.querySelector("[data-speed]").addEventListener("change", function (event) { video.playbackRate = video.defaultPlaybackRate = Number(event.target.value); });

    Outbox.listen(function (about, what, answer) {
      if (about !== lesson || done) { return; }
      if (what === "kept") { say(_("网络断了，已看的部分存在手机里，连上网会自动补上。")); }
      if (what === "other") { say(_("这台设备换了人登录。已看的部分存在设备里，等您本人再登录时补上。")); }
      if (what === "signed-out") { say(_("登录已过期。已看的部分存在手机里，刷新页面或重新登录后会自动补上。")); }
      if (what === "refused") { say(_("这门课程刚刚有变动，请回到课程页重新进入。")); }
      if (what !== "saved") { return; }
      if (answer.finished) {
        done = true;
        say(_("这一课学完了！"));
        var next = document.querySelector("[data-next]");
        if (next) { next.hidden = false; }
      } else if (answer.covered > 0) { say(_("已记住您看过的部分（%(share)s）。", { share: Math.min(100, Math.floor(100 * answer.covered / length)) + "%" })); }
    });
  }
})();
