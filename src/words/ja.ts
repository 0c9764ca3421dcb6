// Every sentence that a person reads, in Japanese.
//
// Address: です・ます, without a word for “you” (ご自身 where one is needed), and no space around `{service}` and `{support}`.
// `{support}` is followed by まで. `{duration}` (“24 時間”, “7 日”) is followed by 以内 or 以上: 7 日 by itself is a date.
// What English says as a fact about a stranger is おそれ or 可能性 here.
// Terms: ログイン (サインイン only in Apple’s own 「Appleでサインイン」), ログアウト, 登録 (sign-up), セッション, アカウント, パスワード, デバイス, ボタン,
// リンク, コード, メール (the message), メールアドレス (where it goes), 変更, 再設定 (to reset), 元に戻す (to undo), 確認 (to confirm), 連携 (a sign-in by
// another service), パスキー, 2段階認証 (two-step sign-in, and the second factor), 認証アプリ, リカバリーコード, 第三者 (somebody), 心当たり,
// 対応は不要です (there is nothing to do), URL (what goes into a browser). `{service}のメールアドレス` would be the service’s own: it is that of an アカウント.

import type { Words } from './words.ts';

const nothingToDo =
  'ご自身による操作であれば、対応は不要です。心当たりがない場合は、すぐにこのメールの案内に沿って対処してください。';
const aboutSafety = '{service}のアカウントの安全に関わるため、このメールをお送りしています。';
const undo = '心当たりがないので元に戻す';
const undoFactor =
  'ご自身による操作であれば、対応は不要です。心当たりがない場合は、第三者による不正アクセスのおそれがあります。{duration}以内にボタンを押すと、この変更とその後の変更がすべて元に戻り、すべてのデバイスからログアウトされ、新しいパスワードを設定できます。';
const choosePassword = '新しいパスワードを設定';
const resetUnasked =
  '心当たりがない場合は、対応は不要です。パスワードは今のまま変わりません。このメールがなければ、誰も変更できません。';
const resetAsked =
  'このメールアドレスで{service}のパスワードの再設定がリクエストされたため、このメールをお送りしています。';

export const ja: Words = {
  supportTeam: '{service}の運営チーム',
  questions: 'ご不明な点は、{support}までお問い合わせください。',

  mail: {
    greeting: '{name}様',
    greetingWithoutName: 'こんにちは。',
    orCode: 'または、入力を求められたら次のコードを入力してください：',
    code: '次のコードを入力してください：',
    linkOrCodeValidity:
      'リンクとコードは、どちらか一方を{duration}以内に1回だけ使えます。コードは誰にも教えないでください。当サービスからお尋ねすることもありません。',
    codeValidity:
      'コードは、{duration}以内に1回だけ使えます。誰にも教えないでください。当サービスからお尋ねすることもありません。',
    writtenOut: 'ボタンが機能しない場合は、次のURLをコピーしてブラウザで開いてください：',
    label: '{label}：',
    device: 'デバイス',
    unknownDevice: '不明',
    when: '日時',
    ip: 'IPアドレス',
    newAddress: '新しいメールアドレス',
    factorName: '名前',
    provider: '連携先',
  },

  mails: {
    'verify-email': {
      subject: '{service}に登録したメールアドレスを確認してください',
      preview:
        'あと一歩です。ご自身のメールアドレスであることを確認すると、{service}のアカウントを利用できるようになります。',
      heading: 'メールアドレスを確認してください',
      opening:
        '{service}にご登録いただきありがとうございます。ご自身のメールアドレスであることを確認し、パスワードを設定してください。',
      action: 'メールアドレスを確認',
      closing:
        '登録した覚えがない場合は、どなたかがメールアドレスを間違えて入力したものと思われます。対応は不要です。確認されない限り、アカウントは作成されません。',
      reason: '{service}への登録にこのメールアドレスが使われたため、このメールをお送りしています。',
    },
    'reset-password': {
      subject: '{service}のパスワードの再設定',
      preview:
        'リクエストを受け付けました。{service}の新しいパスワードは、このメールのリンクから設定できます。',
      heading: choosePassword,
      opening:
        '{service}のアカウントについて、パスワード再設定のリクエストを受け付けました。新しいパスワードを設定すると、すべてのデバイスからログアウトされます。',
      action: choosePassword,
      closing: resetUnasked,
      reason: resetAsked,
    },
    'reset-password-by-operator': {
      subject: '{service}のパスワードの再設定',
      preview: '{service}の運営チームから、新しいパスワードを設定するためのリンクをお送りします。',
      heading: choosePassword,
      opening:
        '{service}の運営チームから、アカウントの新しいパスワードを設定するためのリンクをお送りします。新しいパスワードを設定すると、すべてのデバイスからログアウトされます。',
      action: choosePassword,
      closing:
        'パスワードを変更しない場合は、対応は不要です。パスワードは今のまま変わりません。このメールがなければ、誰も変更できません。',
      reason:
        '{service}の運営チームからのパスワード再設定のご案内として、このメールアドレスにお送りしています。',
    },
    'sign-in-code': {
      subject: '{service}のログインコード',
      preview:
        '{service}にログインするためのコードです。このコードは、ログインを始めたデバイスでのみ使えます。',
      heading: 'ログインコード',
      opening:
        'このメールアドレスで{service}にログインするためのコードです。コードは、ログインを始めたデバイスでのみ使えます。ほかの場所では入力しないでください。',
      closing:
        '心当たりがない場合は、どなたかがこのメールアドレスを入力したものと思われます。対応は不要です。コードがなければ、誰もログインできません。',
      reason: 'このメールアドレスで{service}へのログインが試みられたため、このメールをお送りしています。',
    },
    'address-taken': {
      subject: 'すでに{service}のアカウントをお持ちです',
      preview:
        'このメールアドレスで登録が試みられました。アカウントに変更はなく、新しいアカウントも作成されていません。',
      heading: 'すでにアカウントをお持ちです',
      opening:
        'このメールアドレスで、{service}への登録が試みられました。ご自身による操作かもしれません。すでにアカウントがあるため、新しいアカウントは作成されていません。',
      action: 'ログインまたはパスワードの再設定',
      closing:
        '心当たりがない場合は、対応は不要です。アカウントに変更はなく、アカウントがあることも相手には伝わっていません。',
      reason: 'このメールアドレスが{service}のアカウントに登録されているため、このメールをお送りしています。',
    },
    'password-changed': {
      subject: '{service}のパスワードが変更されました',
      preview: nothingToDo,
      heading: 'パスワードが変更されました',
      opening: '{service}のアカウントのパスワードが変更され、ほかのデバイスからはログアウトされました。',
      closing:
        'ご自身による操作であれば、対応は不要です。心当たりがない場合は、すぐに{service}でパスワードを再設定し、ほかの人にメールを読まれていないか確認してください。',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: '{service}のアカウントでメールアドレスの変更がリクエストされました',
      preview: nothingToDo,
      heading: 'メールアドレスの変更がリクエストされました',
      opening:
        '{service}のアカウントのパスワードを使って、メールアドレスの変更がリクエストされました。新しいメールアドレスが確認されると、今のメールアドレスに代わってアカウントで使われるようになります。',
      closing:
        'ご自身による操作であれば、このメールへの対応は不要です。心当たりがない場合は、第三者にパスワードを知られているおそれがあります。今のメールアドレスが有効なうちに、すぐに{service}でパスワードを再設定してください。',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: '{service}のアカウントのメールアドレスが変更されました',
      preview: nothingToDo,
      heading: 'メールアドレスが変更されました',
      opening:
        '{service}のアカウントのメールアドレスが変更されました。パスワードの再設定を含め、アカウントに関するメールは今後すべて新しいメールアドレスに届きます。',
      action: undo,
      closing:
        'ご自身による操作であれば、対応は不要です。心当たりがない場合は、アカウントが第三者に乗っ取られているおそれがあります。{duration}以内にボタンを押すと、メールアドレスが元に戻り、すべてのデバイスからログアウトされ、新しいパスワードを設定できます。',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: '{service}のアカウントの変更を元に戻しました',
      preview:
        'すべてのデバイスからログアウトされました。このメールのリンクから新しいパスワードを設定してください。',
      heading: '変更を元に戻しました',
      opening:
        '{service}のアカウントを、変更前の状態に戻しました。メールアドレス、2段階認証、パスキー、ほかのサービスとの連携はいずれも変更前のものです。すべてのデバイスからログアウトされ、以前のパスワードは使えなくなりました。新しいパスワードを設定してください。',
      action: choosePassword,
      closing:
        'リンクの有効期限が切れた場合は、{service}でパスワードを忘れたときと同じ手順で、新しいリンクを受け取ってください。また、ほかの人にメールを読まれていないか確認してください。',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: '{service}のアカウントが削除されました',
      preview:
        '{service}のアカウントと、関連するすべてのデータが削除されました。日時はこのメールに記載しています。',
      heading: 'アカウントが削除されました',
      opening: '{service}のアカウントと、関連するすべてのデータが削除されました。元に戻すことはできません。',
      closing:
        '心当たりがない場合は、第三者がログインして削除したおそれがあります。{support}までご連絡のうえ、ほかの人にメールを読まれていないか確認してください。',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: '{service}のアカウントで「Appleでサインイン」が解除されました',
      preview:
        'Apple Accountが削除されました。{service}のアカウントは残っており、ほかの方法でログインできます。',
      heading: '「Appleでサインイン」が解除されました',
      opening:
        'Apple Accountが削除されたとの通知がAppleからありました。そのため、Apple Accountでは{service}にログインできなくなり、お使いのデバイスからはログアウトされました。',
      closing: '{service}のアカウントは残っています。ほかの方法でログインしてください。',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: '{service}で使う新しいメールアドレスを確認してください',
      preview:
        'ご自身のメールアドレスであることを確認すると、{service}のアカウントで使われるようになります。',
      heading: '新しいメールアドレスを確認してください',
      opening:
        'このメールアドレスを{service}のアカウントで使うためのリクエストを受け付けました。ご自身のメールアドレスであることを確認してください。',
      action: '新しいメールアドレスを確認',
      closing:
        '心当たりがない場合は、どなたかがメールアドレスを間違えて入力したものと思われます。対応は不要です。確認されない限り、このメールアドレスは使われません。',
      reason: '{service}のアカウントにこのメールアドレスが入力されたため、このメールをお送りしています。',
    },
    'session-stopped': {
      subject: '{service}からデバイスを1台ログアウトさせました',
      preview: 'セッションが第三者にコピーされた可能性があるため、終了しました。必要な対応をお知らせします。',
      heading: 'デバイスを1台ログアウトさせました',
      opening:
        '{service}のセッションの1つが2か所から使われました。第三者にコピーされたときに見られる動きです。そのためセッションを終了し、そのデバイスと、コピーした相手をログアウトさせました。',
      closing:
        'そのデバイスを引き続き使うには、そのデバイスでもう一度ログインしてください。見覚えのないデバイスである場合や、ほかの人が使った可能性がある場合は、パスワードも変更してください。',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: '{service}への不正なアクセスをブロックしました',
      preview:
        'お使いのデバイスはログインしたままで、第三者はログインしていません。何が起きたかと、できる対策をお知らせします。',
      heading: '不正なアクセスをブロックしました',
      opening:
        '第三者が{service}のセッションをコピーし、本来のデバイスとは別のところで使おうとしたため、ブロックしました。お使いのデバイスはログインしたままです。',
      closing:
        '対応は不要です。ただし、そのデバイスをほかの人が手にした可能性がある場合や、見覚えのないデバイスである場合は、アカウントからそのデバイスをログアウトさせ、パスワードを変更してください。',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: '{service}のアカウントに新しいログインがありました',
      preview: nothingToDo,
      heading: 'アカウントに新しいログインがありました',
      opening: '{service}のアカウントに、これまで使われたことのないデバイスからログインがありました。',
      closing:
        'ご自身による操作であれば、対応は不要です。心当たりがない場合は、すぐに{service}でパスワードを再設定してください。再設定すると、すべてのデバイスからログアウトされます。また、ほかの人にメールを読まれていないか確認してください。',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: '{service}の2段階認証がオンになりました',
      preview: nothingToDo,
      heading: '2段階認証がオンになりました',
      opening: '今後、{service}にログインするときは、認証アプリのコードも必要です。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: '{service}の2段階認証がオフになりました',
      preview: nothingToDo,
      heading: '2段階認証がオフになりました',
      opening: '今後、{service}にログインするときに、認証アプリのコードは求められなくなります。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: '{service}の新しいリカバリーコードが作成されました',
      preview: nothingToDo,
      heading: '新しいリカバリーコードが作成されました',
      opening: '{service}では、これまでのリカバリーコードは使えなくなりました。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: '{service}にパスキーが追加されました',
      preview: nothingToDo,
      heading: 'パスキーが追加されました',
      opening: '新しいパスキーで{service}のアカウントにログインできるようになりました。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: '{service}からパスキーが削除されました',
      preview: nothingToDo,
      heading: 'パスキーが削除されました',
      opening: '削除されたパスキーでは、{service}のアカウントにログインできなくなりました。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: '{service}にほかのサービスのアカウントが連携されました',
      preview: nothingToDo,
      heading: 'ほかのサービスのアカウントが連携されました',
      opening: 'ほかのサービスのアカウントで{service}のアカウントにログインできるようになりました。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: '{service}とほかのサービスの連携が解除されました',
      preview: nothingToDo,
      heading: 'ほかのサービスとの連携が解除されました',
      opening:
        '連携が解除されたサービスのアカウントでは、{service}のアカウントにログインできなくなりました。',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'エラー：{heading}',
    toTheApp: 'アプリへ移動',
    showPassword: 'パスワードを表示',
    hidePassword: 'パスワードを非表示',
    capsLock: 'Caps Lockがオンになっています。',
    waiting: 'お待ちください…',
    confirm: {
      heading: 'メールアドレスを確認',
      account:
        '確認のメールを受け取った方が、アカウントの持ち主です。ログインに使うパスワードを設定してください。',
      accountButton: '確認してパスワードを保存',
      change: '確認が済むと、アカウントでこのメールアドレスが使われるようになります。',
      changeButton: 'メールアドレスを確認',
      registered: 'アカウントの準備ができました',
      registeredNext:
        'メールアドレスとパスワードでログインできます。手続きは完了しました。このページは閉じてかまいません。',
      confirmed: 'メールアドレスを確認しました',
      confirmedNext:
        '今後、アカウントではこのメールアドレスが使われます。手続きは完了しました。このページは閉じてかまいません。',
      ifUsed:
        'すでにボタンを押した場合は、メールアドレスの確認は済んでいます。そのままログインしてください。',
    },
    reset: {
      heading: choosePassword,
      opening: '新しいパスワードを保存すると、すべてのデバイスからログアウトされます。',
      button: '新しいパスワードを保存',
      changed: 'パスワードを変更しました',
      changedNext:
        'すべてのデバイスからログアウトされました。新しいパスワードでログインしてください。手続きは完了しました。このページは閉じてかまいません。',
      ifUsed:
        '新しいパスワードを設定したばかりの場合は、そのパスワードが有効です。そのままログインしてください。',
    },
    undo: {
      heading: '変更を元に戻す',
      opening:
        'ボタンを押すと、メールでお知らせした変更の前の状態にアカウントが戻ります。メールアドレス、2段階認証、パスキー、ログインに使うほかのサービスのアカウントが対象です。その後、すべてのデバイスからログアウトされ、今のパスワードは使えなくなります。新しいパスワードを設定するためのメールをお送りします。',
      button: '変更を元に戻す',
      undone: '変更を元に戻しました',
      undoneNext:
        'すべてのデバイスからログアウトされました。新しいパスワードを設定するためのリンクをメールでお送りします。',
      ifUsed:
        'すでにボタンを押した場合は、変更は元に戻っています。その後に届いたメールのリンクから、パスワードを設定してください。',
      otherwise: 'そうでない場合は、届いたメールを添えて、{support}までご連絡ください。',
    },
    fields: {
      name: 'お名前',
      nameFault: 'お名前を100文字以内で、改行せずに入力してください。',
      password: 'パスワード',
      newPassword: '新しいパスワード',
      passwordHint: '{minimum}文字以上。互いに関係のない単語をいくつか組み合わせるだけで十分です。',
      passwordFault: 'パスワードを入力してください。',
      secondFactor: '認証アプリのコード',
      secondFactorHint: '6桁の数字、または控えてあるリカバリーコードのうちの1つ。',
      secondFactorFault: '認証アプリの6桁の数字か、リカバリーコードを1つ入力してください。',
    },
    faults: {
      secondFactorRequired: 'この操作には、2段階認証のコードも必要です。',
      invalidSecondFactor: 'コードが正しくないか、すでに使われています。新しいコードを入力してください。',
      signUpClosed: '現在、新しいアカウントの登録、またはこのメールアドレスでの登録は受け付けていません。',
      tooManyRequests: '操作の回数が多すぎます。1分ほど待ってから、もう一度ボタンを押してください。',
      other: '現在、この操作を行えません。数秒待ってから、もう一度ボタンを押してください。',
    },
    brokenLink: {
      heading: 'リンクの一部が欠けています',
      opening: 'メールのリンクをもう一度開くか、リンク全体をコピーしてアドレスバーに貼り付けてください。',
      orCode: '代わりに、同じメールに記載されたコードをアプリで入力することもできます。',
    },
    uselessLink: {
      heading: 'このリンクは使えなくなりました',
      opening:
        'すでに使われたか、発行から{duration}以上たっているか、代わりに別のメールのリンクが使われた可能性があります。',
      anotherMail: '新しいメールを受け取る',
      sent: 'メールをご確認ください',
      sentNext:
        '確認が済んでいないものがある場合は、同じメールアドレスに新しいメールをお送りします。届くまでに1分ほどかかることがあります。迷惑メールフォルダもご確認ください。',
    },
    notFound: {
      heading: 'ページが見つかりません',
      opening:
        'URLが途中で切れているか、間違っている可能性があります。メールに記載されたURLの場合は、全体をコピーしてください。',
      start: 'このサービスについて',
    },
    start: {
      opening: '{service}のログイン用のサイトです。このページには表示する内容がありません。',
      fromMail:
        'メールからここに来た場合は、アプリに戻ってください。アプリでログインやパスワードの再設定ができます。',
      developers: '開発者向け：API',
    },
  },

  passwords: {
    'too-short':
      '{minimum}文字以上にしてください。互いに関係のない単語をいくつか組み合わせるだけで十分です。',
    'too-long': '{maximum}文字以内にしてください。',
    repetitive: '短い文字列の繰り返しです。互いに関係のない単語をいくつか組み合わせてください。',
    personal:
      'パスワードのほとんどがお名前、メールアドレス、またはこのサービスの名前です。関係のない単語を加えてください。',
    sequential:
      'パスワードのほとんどがキーボード、アルファベット、または数字の並び順どおりです。関係のない単語を加えてください。',
    common: '真っ先に推測されるパスワードの1つです。互いに関係のない単語をいくつか組み合わせてください。',
    breached:
      'ほかのサービスから盗まれたパスワードのリストに載っています。互いに関係のない単語をいくつか組み合わせてください。',
  },

  problems: {
    'malformed-body': 'リクエスト本文が有効なJSONではありません。',
    'invalid-dpop-proof': 'DPoPプルーフが有効ではありません。',
    'use-dpop-nonce': 'DPoPプルーフにこのサービスのnonceが必要です。含まれる時刻がサービスと一致しません。',
    'device-key-required': 'セッションはデバイスの鍵に紐付いています。DPoPプルーフを送信してください。',
    'device-key-mismatch': 'セッションは別のデバイスの鍵に紐付いています。',
    'invalid-code': 'コードが正しくありません。',
    'invalid-token': 'リンクまたはコードが正しくないか、使用済みか、期限切れです。',
    'passkey-not-accepted': 'このパスキー、またはその署名は受け付けられません。',
    'id-token-not-accepted': 'このIDトークンは受け付けられません。',
    'invalid-credentials': 'メールアドレスまたはパスワードが正しくありません。',
    'invalid-access-token': 'アクセストークンがないか、有効ではありません。',
    'invalid-refresh-token': 'リフレッシュトークンが有効ではありません。',
    'refresh-token-reused': 'リフレッシュトークンは使用済みのため、そのセッションを終了しました。',
    'recent-sign-in-required': 'この操作には最近のログインが必要です。もう一度ログインしてください。',
    'session-ended': 'セッションは終了しています。',
    'email-not-verified': 'メールアドレスの確認がまだ済んでいません。',
    'second-factor-required': 'ログインには2段階認証が必要です。',
    'invalid-second-factor': '2段階認証のコードが正しくないか、すでに使われています。',
    'account-disabled': 'このアカウントは無効になっています。',
    'sign-up-closed': '新しいアカウントの登録、またはこのメールアドレスでの登録は受け付けていません。',
    'admin-only': 'この操作は管理者だけが行えます。',
    'user-is-admin': '管理者の変更は、コマンドラインでのみ行えます。',
    'account-is-guest': 'ゲストはこの操作を行えません。先にメールアドレスかログイン方法を追加してください。',
    'cross-site-request': 'Cookieは、このサービスのページからのみ受け付けます。',
    'not-the-author': 'この操作は作成者だけが行えます。',
    'not-found': '見つかりませんでした。',
    'way-not-enabled': 'このログイン方法は有効になっていません。',
    'method-not-allowed': 'このパスでは、このメソッドを使えません。',
    'refresh-superseded': 'リフレッシュトークンは別の呼び出しで使われました。保存先を読み直してください。',
    'no-address': 'アカウントにメールを送れるメールアドレスがありません。',
    'identity-taken': 'このメールアドレスまたは連携アカウントは、別のアカウントで使われています。',
    'last-way-in': 'これが最後のログイン方法です。先に別の方法を追加してください。',
    'too-many-passkeys': 'パスキーの数が上限に達しています。先に1つ削除してください。',
    'too-many-identities': '連携したアカウントの数が上限に達しています。先に1つ削除してください。',
    'title-taken': 'このタイトルは別の投稿で使われています。',
    'precondition-failed': '読み込んだ後に内容が変更されています。',
    'body-too-large': 'リクエスト本文が64 KiBを超えています。',
    'unsupported-media-type': 'リクエスト本文はapplication/jsonである必要があります。',
    'validation-failed': '入力内容に正しくない項目があります。',
    'weak-password': 'このパスワードは推測されやすいため、使えません。',
    'too-many-requests': 'リクエストが多すぎます。',
    'internal-error': 'サービス側で問題が発生しました。',
    'service-unavailable': '現在、サービスをご利用いただけません。',
  },
};
