"""What an unreadable upload seems to be, told from its first bytes, and what to do about it. Pure."""

from courses.kernel.words import Words

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
SEALED = (b"CTENFDAM", b"QIYI VIDEO", b"\x7c\xd5\x32\xeb\x86\x02\x7f\x4b")  # what some sites' own programs store, to be played by them alone
LISTS = (b"#EXTM3U", b"ffconcat version", b"<?xml", b"<MPD", b"v=0\r\n", b"v=0\n")


def unreadable(head: bytes, complaints: str) -> str:
    """The refusal of a file that ffprobe cannot read, in plain Chinese with the remedy."""
    begin = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if "max pixel count" in complaints:
        return Words("视频画面太大，服务器无法处理。请导出为 1920×1080 或 1280×720 的 MP4，再上传。")
    if begin.startswith(LISTS):
        return Words("这是一份播放列表或网页文件，里面没有视频本身。请先下载或导出成 MP4 视频，再上传。")
    if head.startswith(SEALED):
        return Words("这是视频或音乐网站客户端下载的加密文件，别的软件都打不开。请用自己录制的原始视频、录音，导出为 MP4 或 MP3 再上传。")
    if begin.startswith(b"%PDF"):
        return Words("这是 PDF 文件，不是视频。请新建一节“课件”课，在那里上传。")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Words("这是 Word、PPT 或压缩包文件，不是视频。PPT 和 Word 请新建一节“课件”课，在那里上传；压缩包请先解压。")
    if head.startswith(PICTURES):
        return Words("这是一张图片，不是视频。请上传讲座的视频（如 MP4）或录音（如 MP3）。")
    if _is_text(head):
        return Words("这个文件的内容是文字，不是视频、录音或课件，可能改错了扩展名。请选择原来的文件；文字讲稿请新建文字课。")
    if "moov atom not found" in complaints:
        return Words("这个视频不完整，可能没有录完或没有拷贝完。请重新拷贝或导出原文件，确认能播放后再上传。")
    return Words("读不出这个文件，可能已损坏，或者不是视频、录音。请先在电脑上播放确认，再导出为 MP4 上传。")


def damaged(complaints: str) -> str:
    """The refusal of a file that could be opened and not be read through."""
    if ("Decoder" in complaints and "not found" in complaints) or "Decoding requested, but no decoder" in complaints:
        return Words("这个文件用了服务器不认识的编码格式。请用剪辑软件或手机重新导出为 MP4（H.264 + AAC）后再上传。")
    return Words("文件读到一半出错，可能已经损坏。请在电脑上播放一遍原文件，重新导出为 MP4 后再上传。")


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4 if len(head) > 4 else None].decode(encoding)
        except UnicodeDecodeError as fault:
            if fault.start < len(head) - 8:
                continue
        return sum(byte < 32 and byte not in (9, 10, 13) for byte in head) == 0
    return False
