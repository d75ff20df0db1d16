"""The desk of whoever studies: home, player, reader, quiz paper."""
