/** Every word the widget itself says; the rest comes from the server. */

export const BOT = "智能客服(机器人)";

export const labels = {
  title: "在线客服",
  bot: BOT,
  agent: (name) => `人工客服 ${name}`.trim(),
  me: "我",
  origin: `本次服务由${BOT}开始`,
  botHint: "随时可转人工",
  queueHint: "正在转接人工",
  launcher: "在线客服",
  unread: (count) => `，${count} 条未读消息`,
  minimise: "收起对话窗口",
  largeText: "大字",
  largeTextHint: "切换大字显示",
  transcript: "对话内容",
  latest: "查看最新消息",
  thinking: "机器人正在回复",
  typing: "人工客服正在输入",
  notice: "风险提示",
  version: (version) => `版本 ${version}`,
  source: ({ title, source, valid_until: until }) =>
    `来源：${[source, title, until && `有效期至 ${until}`].filter(Boolean).join(" · ")}`,
  options: "快捷回复",
  human: "转人工",
  humanText: "转人工",
  humanWaiting: "已在排队，请稍候",
  humanServing: "人工客服正在为您服务",
  queue: (ahead, minutes) =>
    `正在排队，您前面还有 ${ahead} 位${minutes ? `，预计约 ${minutes} 分钟` : ""}`,
  queueClosed: (ahead, moment) =>
    `现在不在人工服务时间内，${moment} 起按顺序处理，您前面还有 ${ahead} 位`,
  queueUnknown: "正在排队，请稍候",
  wait: "继续等待",
  leaveMessage: "留言",
  leaveQueue: "返回机器人",
  leaveFailed: "暂时无法返回机器人，请稍后再试。",
  closed: "本次会话已结束，直接输入即可重新咨询。",
  composer: "输入您的问题",
  send: "发送",
  attach: "发送图片或 PDF 文件",
  attachFailed: "文件未能发送，请稍后再试。",
  file: (name, size) =>
    `${name}（${size < 1048576 ? `${Math.max(1, Math.round(size / 1024))} KB`
      : `${(size / 1048576).toFixed(1)} MB`}）`,
  counter: (length, limit) => `${length}/${limit}`,
  room: (left) => (left < 0 ? `已超出 ${-left} 字` : `还可输入 ${left} 字`),
  hint: "请勿发送密码、验证码等信息",
  sending: "发送中",
  delivered: "已送达",
  read: "已读",
  undelivered: "未送达，点击重试",
  discard: "删除",
  retrying: "系统暂时无法连接，正在重试…",
  offline: "网络已断开，恢复后会自动重新连接。",
  offlineTitle: "暂时连接不上在线客服",
  offlineKept: "您写下的内容会保存在本设备上，连接恢复后自动发送，不会丢失。",
  offlineWays: (hotline) =>
    `如需挂失、止付或遇到可疑情况，请不要等待，${hotline ? `请拨打客服热线 ${hotline} ` : "请拨打银行卡背面的客服热线"}或前往就近网点。`,
  today: "今天",
  yesterday: "昨天",
};
