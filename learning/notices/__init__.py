"""What a committee or branch tells its people: 通知公告."""
