// Every sentence that a person reads, in Simplified Chinese.
//
// Readers are 你. A half-width space stands around Latin words, numbers, `{service}` and `{support}`, none beside punctuation or
// `{duration}`, which already holds its unit. Terms: 账户 account, 邮箱地址 address, 邮件 mail, 登录 sign in, 退出登录 sign out,
// 登录凭证 a sign-in that can be copied, 验证码 code, 恢复码 recovery codes, 两步验证 two-step sign-in and second factor,
// 身份验证器应用 authenticator app, 通行密钥 passkey, 第三方账户 account elsewhere, 管理员 operator
// (in mails 团队), 游客 guest. “通过 Apple 登录” and Apple 账户 as Apple writes them.

import type { Words } from './words.ts';

const nothingToDo = '如果是你本人操作，请忽略这封邮件；如果不是，请立即按邮件中的说明处理。';
const aboutSafety = '你收到这封邮件，是因为它涉及你的 {service} 账户安全。';
const undo = '不是我操作的，撤销更改';
const undoFactor =
  '如果是你本人操作，请忽略这封邮件。如果不是，说明有其他人登录了你的账户。点击按钮即可撤销这项更改以及之后的所有更改，让所有设备退出登录，并设置新密码。按钮在{duration}内有效。';
const choosePassword = '设置新密码';
const resetUnasked =
  '如果你没有请求重置密码，请忽略这封邮件：你的密码不会改变，没有这封邮件，任何人都无法更改密码。';
const resetReason = '你收到这封邮件，是因为有人请求用此邮箱地址重置 {service} 账户的密码。';
const readsYourMail = '确认没有其他人能查看你的邮件';

export const zhHans: Words = {
  supportTeam: '{service} 团队',
  questions: '有疑问？请联系 {support}。',

  mail: {
    greeting: '{name}，你好：',
    greetingWithoutName: '你好：',
    orCode: '或者在收到提示时输入以下验证码：',
    code: '请输入以下验证码：',
    linkOrCodeValidity:
      '链接和验证码任选其一，只能使用一次，{duration}内有效。请勿将验证码告诉任何人，包括我们。',
    codeValidity: '验证码只能使用一次，{duration}内有效。请勿告诉任何人，包括我们。',
    writtenOut: '如果按钮无法使用，请将以下网址复制到浏览器中打开：',
    label: '{label}：',
    device: '设备',
    unknownDevice: '未知',
    when: '时间',
    ip: 'IP 地址',
    newAddress: '新邮箱地址',
    factorName: '名称',
    provider: '第三方账户',
  },

  mails: {
    'verify-email': {
      subject: '确认邮箱地址，完成 {service} 注册',
      preview: '只差一步：确认这个邮箱地址是你的，你的 {service} 账户即可使用。',
      heading: '确认你的邮箱地址',
      opening: '感谢你注册 {service}。请确认这个邮箱地址是你的，并设置密码。',
      action: '确认邮箱地址',
      closing: '如果你没有注册，可能是有人误填了你的邮箱地址，请忽略这封邮件：未经你确认，不会创建任何账户。',
      reason: '你收到这封邮件，是因为有人用此邮箱地址注册了 {service}。',
    },
    'reset-password': {
      subject: '重置你的 {service} 密码',
      preview: '我们收到了你的请求。点击邮件中的链接，即可为你的 {service} 账户设置新密码。',
      heading: choosePassword,
      opening: '你请求为 {service} 账户设置新密码。设置后，所有设备都会退出登录。',
      action: choosePassword,
      closing: resetUnasked,
      reason: resetReason,
    },
    'reset-password-by-operator': {
      subject: '重置你的 {service} 密码',
      preview: '{service} 团队向你发送了用于设置新密码的链接，就在这封邮件中。',
      heading: choosePassword,
      opening: '{service} 团队向你发送了此链接，供你为账户设置新密码。设置后，所有设备都会退出登录。',
      action: choosePassword,
      closing: '如果你不需要新密码，请忽略这封邮件：你的密码不会改变，没有这封邮件，任何人都无法更改密码。',
      reason: '你收到这封邮件，是因为 {service} 团队向此邮箱地址发送了重置密码的链接。',
    },
    'sign-in-code': {
      subject: '你的 {service} 登录验证码',
      preview: '你请求登录 {service}。邮件中的验证码只能在你请求登录的设备上使用。',
      heading: '你的登录验证码',
      opening:
        '你请求用此邮箱地址登录 {service}。验证码只能在你请求登录的设备上使用：请在该设备上输入，不要填写到其他任何地方。',
      closing:
        '如果你没有请求登录，说明有人填写了你的邮箱地址，请忽略这封邮件：没有验证码，任何人都无法登录。',
      reason: '你收到这封邮件，是因为有人请求用此邮箱地址登录 {service}。',
    },
    'address-taken': {
      subject: '你已有 {service} 账户',
      preview: '有人尝试用你的邮箱地址注册。你的账户没有任何变化，也没有创建新账户。',
      heading: '你已有账户',
      opening:
        '有人（也许是你本人）尝试用此邮箱地址注册 {service}。这个邮箱地址已有账户，因此没有创建新账户。',
      action: '登录或重置密码',
      closing: '如果不是你本人操作，请忽略这封邮件：你的账户没有任何变化，我们也没有告诉对方你有账户。',
      reason: '你收到这封邮件，是因为此邮箱地址属于一个 {service} 账户。',
    },
    'password-changed': {
      subject: '你的 {service} 密码已更改',
      preview: nothingToDo,
      heading: '你的密码已更改',
      opening: '你的 {service} 账户密码已更改，其他设备均已退出登录。',
      closing: `如果是你本人操作，请忽略这封邮件。如果不是，请立即在 {service} 重置密码，并${readsYourMail}。`,
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: '你的 {service} 账户即将更换邮箱地址',
      preview: nothingToDo,
      heading: '你的邮箱地址即将更换',
      opening:
        '有人使用你的密码，请求为你的 {service} 账户更换邮箱地址。新邮箱地址一经确认，就会取代此邮箱地址。',
      closing:
        '如果是你本人操作，请忽略这封邮件。如果不是，说明有人知道你的密码：请趁此邮箱地址仍属于你的账户，立即在 {service} 重置密码。',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: '你的 {service} 账户已更换邮箱地址',
      preview: nothingToDo,
      heading: '你的邮箱地址已更换',
      opening:
        '你的 {service} 账户已改用另一个邮箱地址。今后与账户有关的所有邮件都会发送到那里，包括重置密码的邮件。',
      action: undo,
      closing:
        '如果是你本人操作，请忽略这封邮件。如果不是，说明有人盗用了你的账户。点击按钮即可让账户恢复使用此邮箱地址，让所有设备退出登录，并设置新密码。按钮在{duration}内有效。',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: '你的 {service} 账户有一项更改已撤销',
      preview: '所有设备均已退出登录，旧密码也已失效。请点击邮件中的链接设置新密码。',
      heading: '更改已撤销',
      opening:
        '你的 {service} 账户已恢复到更改之前的状态：使用此邮箱地址，以及当时的两步验证、通行密钥和第三方登录。所有设备均已退出登录，旧密码已失效，请设置新密码。',
      action: choosePassword,
      closing: `如果链接已过期，请前往 {service}，像忘记密码时一样重新获取。同时请${readsYourMail}。`,
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: '你的 {service} 账户已删除',
      preview: '你的 {service} 账户中的所有内容已一并删除。这封邮件注明了删除时间。',
      heading: '你的账户已删除',
      opening: '你的 {service} 账户及其所有内容已删除，无法恢复。',
      closing: `如果不是你本人操作，说明有其他人登录了你的账户：请联系 {support}，并${readsYourMail}。`,
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: '“通过 Apple 登录”已从你的 {service} 账户中移除',
      preview: '你的 Apple 账户已删除。你的 {service} 账户仍然保留，可以用其他方式登录。',
      heading: '“通过 Apple 登录”已移除',
      opening:
        'Apple 通知我们，你的 Apple 账户已删除。因此，它无法再用于登录你的 {service} 账户，你的设备也已退出登录。',
      closing: '你的 {service} 账户仍然保留，请用其他方式登录。',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: '确认你的 {service} 账户的新邮箱地址',
      preview: '确认这个邮箱地址是你的，之后你的 {service} 账户就会使用它。',
      heading: '确认你的新邮箱地址',
      opening: '你请求将此邮箱地址用于你的 {service} 账户。请确认它是你的。',
      action: '确认新邮箱地址',
      closing:
        '如果你没有提出这项请求，可能是有人误填了你的邮箱地址，请忽略这封邮件：未经你确认，账户不会使用此邮箱地址。',
      reason: '你收到这封邮件，是因为有人为一个 {service} 账户填写了此邮箱地址。',
    },
    'session-stopped': {
      subject: '我们已让一台设备退出你的 {service} 账户',
      preview: '它的登录凭证可能已被复制，因此我们已将其作废。这封邮件说明了接下来该怎么做。',
      heading: '我们已让一台设备退出登录',
      opening:
        '你的一个 {service} 登录凭证在两个地方被使用，这通常说明它被人复制了。因此我们已将其作废：原设备和复制者都已退出登录。',
      closing:
        '如需继续使用该设备，请在设备上重新登录。如果你不认识该设备，或者可能有其他人用过它，请同时更改密码。',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: '我们拦截了一个被复制的 {service} 登录凭证',
      preview: '你的设备仍保持登录，没有其他人登录过你的账户。这封邮件说明了发生的情况，以及你可以怎么做。',
      heading: '我们拦截了一个被复制的登录凭证',
      opening:
        '有人复制了你的 {service} 登录凭证，并试图在原设备以外的地方使用。我们已将其拦截，你的设备仍保持登录。',
      closing:
        '你无需做任何处理。如果可能有其他人用过该设备，或者你不认识该设备，请在账户中让它退出登录，并更改密码。',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: '你的 {service} 账户有新的登录活动',
      preview: nothingToDo,
      heading: '你的账户有新的登录活动',
      opening: '有人在一台此前从未登录过的设备上登录了你的 {service} 账户。',
      closing: `如果是你本人操作，请忽略这封邮件。如果不是，请立即在 {service} 重置密码，所有设备都会随之退出登录。同时请${readsYourMail}。`,
      reason: aboutSafety,
    },
    'totp-added': {
      subject: '你的 {service} 账户已开启两步验证',
      preview: nothingToDo,
      heading: '两步验证已开启',
      opening: '从现在起，登录 {service} 时需要输入身份验证器应用中的验证码。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: '你的 {service} 账户已关闭两步验证',
      preview: nothingToDo,
      heading: '两步验证已关闭',
      opening: '从现在起，登录 {service} 时不再需要输入身份验证器应用中的验证码。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: '你的 {service} 账户已生成新的恢复码',
      preview: nothingToDo,
      heading: '已生成新的恢复码',
      opening: '你之前的 {service} 恢复码已全部失效。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: '你的 {service} 账户已添加通行密钥',
      preview: nothingToDo,
      heading: '已添加通行密钥',
      opening: '现在可以用一个新的通行密钥登录你的 {service} 账户。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: '你的 {service} 账户已移除通行密钥',
      preview: nothingToDo,
      heading: '已移除通行密钥',
      opening: '一个通行密钥已移除，无法再用于登录你的 {service} 账户。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: '你的 {service} 账户已添加第三方登录',
      preview: nothingToDo,
      heading: '已添加第三方登录',
      opening: '现在可以用一个第三方账户登录你的 {service} 账户。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: '你的 {service} 账户已移除第三方登录',
      preview: nothingToDo,
      heading: '已移除第三方登录',
      opening: '一个第三方账户已移除，无法再用于登录你的 {service} 账户。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: '错误：{heading}',
    toTheApp: '前往应用',
    showPassword: '显示密码',
    hidePassword: '隐藏密码',
    capsLock: '大写锁定已开启。',
    waiting: '请稍候…',
    confirm: {
      heading: '确认你的邮箱地址',
      account: '你收到了我们的邮件，说明这个账户属于你。请设置登录密码。',
      accountButton: '确认并保存密码',
      change: '确认后，你的账户就会使用这个邮箱地址。',
      changeButton: '确认邮箱地址',
      registered: '你的账户已准备就绪',
      registeredNext: '现在可以用邮箱地址和密码登录了。你可以关闭此页面。',
      confirmed: '你的邮箱地址已确认',
      confirmedNext: '从现在起，你的账户使用这个邮箱地址。你可以关闭此页面。',
      ifUsed: '如果你之前点击过按钮，邮箱地址已经确认，直接登录即可。',
    },
    reset: {
      heading: choosePassword,
      opening: '设置新密码后，所有设备都会退出登录。',
      button: '保存新密码',
      changed: '你的密码已更改',
      changedNext: '所有设备均已退出登录。请使用新密码登录。你可以关闭此页面。',
      ifUsed: '如果你刚刚设置过新密码，它已经生效，直接用它登录即可。',
    },
    undo: {
      heading: '撤销更改',
      opening:
        '点击按钮后，你的账户将恢复到邮件所述更改之前的状态，包括邮箱地址、两步验证、通行密钥和用于登录的第三方账户。所有设备都会退出登录，当前密码也会失效；我们会向你发送一封邮件，用于设置新密码。',
      button: '撤销更改',
      undone: '更改已撤销',
      undoneNext: '所有设备均已退出登录。你很快会收到一封邮件，其中有设置新密码的链接。',
      ifUsed: '如果你之前点击过按钮，更改已经撤销：请点击随后那封邮件中的链接设置密码。',
      otherwise: '如果没有，请联系 {support}，并附上你收到的邮件。',
    },
    fields: {
      name: '姓名',
      nameFault: '请在一行内输入姓名，最多 100 个字符。',
      password: '密码',
      newPassword: '新密码',
      passwordHint: '至少 {minimum} 个字符，可用几个互不相关的词组成。',
      passwordFault: '请设置密码。',
      secondFactor: '身份验证器应用中的验证码',
      secondFactorHint: '六位数字，也可以是你记下的一个恢复码。',
      secondFactorFault: '请输入应用中的六位数字，或一个恢复码。',
    },
    faults: {
      secondFactorRequired: '还需要完成两步验证。',
      invalidSecondFactor: '验证码不正确或已使用过，请输入新的验证码。',
      signUpClosed: '这里不再接受新用户注册，或不接受用此邮箱地址注册。',
      tooManyRequests: '操作过于频繁。请等待一分钟，然后重新点击按钮。',
      other: '暂时无法完成操作。请等待几秒，然后重新点击按钮。',
    },
    brokenLink: {
      heading: '链接不完整',
      opening: '请重新打开邮件中的链接，或将完整链接复制到地址栏。',
      orCode: '你也可以在应用中输入同一封邮件中的验证码。',
    },
    uselessLink: {
      heading: '此链接已失效',
      opening: '链接可能已被使用，可能已超过{duration}的有效期，也可能你已使用了另一封邮件中的链接。',
      anotherMail: '重新发送邮件',
      sent: '请查看邮箱',
      sentNext: '如果还有需要确认的内容，新邮件会发送到同一邮箱地址。可能需要等待一分钟；也请查看垃圾邮件。',
    },
    notFound: {
      heading: '找不到此页面',
      opening: '网址可能不完整或输入有误。如果它来自邮件，请完整复制。',
      start: '了解此服务',
    },
    start: {
      opening: '这里是 {service} 的登录服务，此页面没有其他内容。',
      fromMail: '如果你是从邮件来到这里的，请返回应用：你可以在应用中登录，或请求设置新密码。',
      developers: '面向开发者：API',
    },
  },

  passwords: {
    'too-short': '请至少使用 {minimum} 个字符，可用几个互不相关的词组成。',
    'too-long': '请最多使用 {maximum} 个字符。',
    repetitive: '这个密码只是在重复一小段内容。请改用几个互不相关的词。',
    personal: '这个密码的大部分是你的姓名、邮箱地址或此服务的名称。请加入一些不相关的词。',
    sequential: '这个密码的大部分是键盘、字母或数字的连续排列。请加入一些不相关的词。',
    common: '这个密码往往最先被猜到。请改用几个互不相关的词。',
    breached: '这个密码出现在其他服务被盗的密码列表中。请改用几个互不相关的词。',
  },

  problems: {
    'malformed-body': '请求正文不是有效的 JSON。',
    'invalid-dpop-proof': 'DPoP 证明无效。',
    'use-dpop-nonce': 'DPoP 证明需要此服务的 nonce：其中的时间与我们的不一致。',
    'device-key-required': '会话已绑定设备密钥，请发送 DPoP 证明。',
    'device-key-mismatch': '会话绑定的是另一个设备密钥。',
    'invalid-code': '验证码不正确。',
    'invalid-token': '链接或验证码不正确、已使用或已过期。',
    'passkey-not-accepted': '无法接受此通行密钥或其签名。',
    'id-token-not-accepted': '无法接受此 ID 令牌。',
    'invalid-credentials': '邮箱地址或密码不正确。',
    'invalid-access-token': '访问令牌缺失或无效。',
    'invalid-refresh-token': '刷新令牌无效。',
    'refresh-token-reused': '刷新令牌已使用过，其会话已终止。',
    'recent-sign-in-required': '此操作要求在最近几分钟内登录过，请重新登录。',
    'session-ended': '会话已结束。',
    'email-not-verified': '邮箱地址尚未确认。',
    'second-factor-required': '登录需要完成两步验证。',
    'invalid-second-factor': '两步验证的验证码不正确或已使用过。',
    'account-disabled': '此账户已停用。',
    'sign-up-closed': '这里不接受新用户注册，或不接受用此邮箱地址注册。',
    'admin-only': '只有管理员可以执行此操作。',
    'user-is-admin': '管理员只能通过命令行更改。',
    'account-is-guest': '游客无法执行此操作，请先添加邮箱地址或登录方式。',
    'cross-site-request': '仅接受来自此服务页面的 Cookie。',
    'not-the-author': '只有作者可以执行此操作。',
    'not-found': '找不到相关内容。',
    'way-not-enabled': '此登录方式未启用。',
    'method-not-allowed': '此路径不支持该请求方法。',
    'refresh-superseded': '刷新令牌已被另一次调用使用，请重新读取已存储的令牌。',
    'no-address': '此账户没有可接收邮件的邮箱地址。',
    'identity-taken': '此邮箱地址或第三方账户已属于另一个账户。',
    'last-way-in': '这是最后一种登录方式，请先添加另一种。',
    'too-many-passkeys': '通行密钥数量已达上限，请先移除一个。',
    'too-many-identities': '第三方账户数量已达上限，请先移除一个。',
    'title-taken': '已有另一篇帖子使用此标题。',
    'precondition-failed': '内容在你读取之后已被更改。',
    'body-too-large': '请求正文超过 64 KiB。',
    'unsupported-media-type': '请求正文必须是 application/json。',
    'validation-failed': '部分字段填写有误。',
    'weak-password': '密码太容易被猜到。',
    'too-many-requests': '请求过于频繁。',
    'internal-error': '我们的服务出了问题。',
    'service-unavailable': '服务暂时不可用。',
  },
};
