"""微信客服: WeCom says that there is news, we fetch it, answers are sent by its API."""
