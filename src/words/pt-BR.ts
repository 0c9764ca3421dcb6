// Every sentence that a person reads, in Brazilian Portuguese.
//
// Address: “você”, and nothing that gives the reader a gender: “Agradecemos seu cadastro”, not “Obrigado”; devices are “desconectados”,
// people are not. `{service}` follows “em” or “de” and `{support}` follows “para”, both without an article.
// Terms: entrar (to sign in), login (a sign-in), desconectar (to sign a device out), cadastrar-se and cadastro (to sign up), sessão, conta,
// senha, dispositivo, botão (which one clicks: “clicar”), link, código, e-mail (the message), endereço (where it goes), alterar (to change),
// redefinir (to reset), desfazer (to undo), chave de acesso (passkey, as Google, Microsoft and WhatsApp say), verificação em duas etapas
// (two-step sign-in, and the second factor), app autenticador, código de recuperação.

import type { Words } from './words.ts';

const nothingToDo =
  'Se foi você, não é preciso fazer nada. Se não foi, siga imediatamente as instruções deste e-mail.';
const aboutSafety = 'Você recebeu este e-mail porque ele trata da segurança da sua conta em {service}.';
const undo = 'Não fui eu: desfazer';
const undoFactor =
  'Se foi você, não é preciso fazer nada. Se não foi, alguém invadiu sua conta. O botão desfaz esta alteração e tudo o que veio depois dela, desconecta todos os dispositivos e permite criar uma nova senha. Ele funciona por {duration}.';
const choosePassword = 'Criar uma nova senha';
const resetUnasked =
  'Se você não pediu isso, não é preciso fazer nada: sua senha continua a mesma, e ninguém consegue alterá-la sem este e-mail.';
const resetAsked =
  'Você recebeu este e-mail porque alguém pediu a redefinição de uma senha em {service} com este endereço.';

export const ptBR: Words = {
  supportTeam: 'a equipe de {service}',
  questions: 'Dúvidas? Escreva para {support}.',

  mail: {
    greeting: 'Olá, {name},',
    greetingWithoutName: 'Olá,',
    orCode: 'Ou digite este código quando ele for solicitado:',
    code: 'Digite este código:',
    linkOrCodeValidity:
      'Use o link ou o código, uma única vez, em até {duration}. Não compartilhe o código com ninguém, nem com a nossa equipe.',
    codeValidity:
      'Use o código uma única vez, em até {duration}. Não o compartilhe com ninguém, nem com a nossa equipe.',
    writtenOut: 'Se o botão não funcionar, copie este endereço e cole-o no navegador:',
    label: '{label}:',
    device: 'Dispositivo',
    unknownDevice: 'desconhecido',
    when: 'Data e hora',
    ip: 'Endereço IP',
    newAddress: 'Novo endereço',
    factorName: 'Nome',
    provider: 'Outro serviço',
  },

  mails: {
    'verify-email': {
      subject: 'Confirme seu endereço de e-mail em {service}',
      preview: 'Só falta um passo: confirme que este endereço é seu, e sua conta em {service} estará pronta.',
      heading: 'Confirme seu endereço de e-mail',
      opening: 'Agradecemos seu cadastro em {service}. Confirme que este endereço é seu e crie uma senha.',
      action: 'Confirmar meu endereço',
      closing:
        'Se não foi você quem se cadastrou, alguém digitou seu endereço por engano. Não é preciso fazer nada: sem a sua confirmação, nenhuma conta é criada.',
      reason: 'Você recebeu este e-mail porque este endereço foi usado em um cadastro em {service}.',
    },
    'reset-password': {
      subject: 'Redefina sua senha em {service}',
      preview: 'Você pediu uma nova senha para sua conta em {service}. Use o link deste e-mail para criá-la.',
      heading: choosePassword,
      opening:
        'Você pediu uma nova senha para sua conta em {service}. Assim que ela for criada, todos os dispositivos serão desconectados.',
      action: choosePassword,
      closing: resetUnasked,
      reason: resetAsked,
    },
    'reset-password-by-operator': {
      subject: 'Redefina sua senha em {service}',
      preview: 'A equipe de {service} enviou um link para você criar uma nova senha. Ele está neste e-mail.',
      heading: choosePassword,
      opening:
        'A equipe de {service} enviou este link para você criar uma nova senha para sua conta. Assim que ela for criada, todos os dispositivos serão desconectados.',
      action: choosePassword,
      closing:
        'Se você não quiser criar uma nova senha, não é preciso fazer nada: sua senha continua a mesma, e ninguém consegue alterá-la sem este e-mail.',
      reason:
        'Você recebeu este e-mail porque a equipe de {service} enviou a este endereço um link para redefinir a senha.',
    },
    'sign-in-code': {
      subject: 'Seu código para entrar em {service}',
      preview:
        'Você pediu para entrar em {service}. O código deste e-mail só funciona onde você fez o pedido.',
      heading: 'Seu código para entrar',
      opening:
        'Você pediu para entrar em {service} com este endereço. O código só funciona no dispositivo em que você fez o pedido: digite-o nele e em nenhum outro lugar.',
      closing:
        'Se não foi você, alguém digitou seu endereço. Não é preciso fazer nada: sem o código, ninguém consegue entrar.',
      reason: 'Você recebeu este e-mail porque alguém pediu para entrar em {service} com este endereço.',
    },
    'address-taken': {
      subject: 'Você já tem uma conta em {service}',
      preview: 'Alguém tentou se cadastrar com seu endereço. Nada mudou, e nenhuma conta nova foi criada.',
      heading: 'Você já tem uma conta',
      opening:
        'Alguém, talvez você, tentou se cadastrar em {service} com este endereço. Como já existe uma conta com ele, nenhuma outra foi criada.',
      action: 'Entrar ou redefinir minha senha',
      closing:
        'Se não foi você, não é preciso fazer nada: tudo continua como antes, e quem tentou não ficou sabendo que você tem uma conta.',
      reason: 'Você recebeu este e-mail porque este endereço pertence a uma conta em {service}.',
    },
    'password-changed': {
      subject: 'Sua senha em {service} foi alterada',
      preview: nothingToDo,
      heading: 'Sua senha foi alterada',
      opening:
        'A senha da sua conta em {service} foi alterada, e seus outros dispositivos foram desconectados.',
      closing:
        'Se foi você, não é preciso fazer nada. Se não foi, redefina sua senha em {service} imediatamente e confira se ninguém mais tem acesso aos seus e-mails.',
      reason: aboutSafety,
    },
    'email-change-requested': {
      subject: 'Seu endereço de e-mail em {service} está prestes a mudar',
      preview: nothingToDo,
      heading: 'Seu endereço de e-mail está prestes a mudar',
      opening:
        'Recebemos um pedido, feito com a sua senha, para alterar o endereço da sua conta em {service}. O novo endereço substituirá este assim que for confirmado.',
      closing:
        'Se foi você, não é preciso fazer nada aqui. Se não foi, alguém sabe sua senha: redefina-a em {service} imediatamente, enquanto este endereço ainda pertence à sua conta.',
      reason: aboutSafety,
    },
    'email-changed': {
      subject: 'Seu endereço de e-mail em {service} foi alterado',
      preview: nothingToDo,
      heading: 'Seu endereço de e-mail foi alterado',
      opening:
        'Sua conta em {service} agora tem outro endereço. Todos os e-mails sobre ela passam a ir para lá, inclusive os de redefinição de senha.',
      action: undo,
      closing:
        'Se foi você, não é preciso fazer nada. Se não foi, alguém tomou o controle da sua conta. O botão devolve a conta a este endereço, desconecta todos os dispositivos e permite criar uma nova senha. Ele funciona por {duration}.',
      reason: aboutSafety,
    },
    'email-change-undone': {
      subject: 'Uma alteração na sua conta em {service} foi desfeita',
      preview: 'Todos os dispositivos foram desconectados. Crie uma nova senha com o link deste e-mail.',
      heading: 'A alteração foi desfeita',
      opening:
        'Sua conta em {service} voltou a ser como era antes da alteração: com este endereço e com a verificação em duas etapas, as chaves de acesso e os logins com outros serviços que tinha então. Todos os dispositivos foram desconectados, e a senha antiga não funciona mais: crie uma nova.',
      action: choosePassword,
      closing:
        'Se este link expirar, peça outro em {service}, como se tivesse esquecido a senha. Confira também se ninguém mais tem acesso aos seus e-mails.',
      reason: aboutSafety,
    },
    'account-deleted': {
      subject: 'Sua conta em {service} foi excluída',
      preview:
        'Sua conta em {service} e tudo o que fazia parte dela não existem mais. Este e-mail informa quando isso aconteceu.',
      heading: 'Sua conta foi excluída',
      opening:
        'Sua conta em {service} foi excluída, com tudo o que fazia parte dela. Não é possível recuperar nada.',
      closing:
        'Se não foi você, alguém entrou na sua conta: escreva para {support} e confira se ninguém mais tem acesso aos seus e-mails.',
      reason: aboutSafety,
    },
    'apple-account-deleted': {
      subject: 'O login com a Apple foi removido da sua conta em {service}',
      preview:
        'Sua Conta Apple foi excluída. Sua conta em {service} continua existindo, com as outras formas de entrar.',
      heading: 'O login com a Apple foi removido',
      opening:
        'A Apple nos informou que sua Conta Apple foi excluída. Por isso, não é mais possível usá-la para entrar em {service}, e seus dispositivos foram desconectados.',
      closing: 'Sua conta em {service} continua existindo: use uma das suas outras formas de entrar.',
      reason: aboutSafety,
    },
    'confirm-new-email': {
      subject: 'Confirme seu novo endereço de e-mail em {service}',
      preview: 'Confirme que este endereço é seu, e sua conta em {service} passará a usá-lo.',
      heading: 'Confirme seu novo endereço de e-mail',
      opening: 'Você pediu para usar este endereço na sua conta em {service}. Confirme que ele é seu.',
      action: 'Confirmar meu novo endereço',
      closing:
        'Se você não pediu isso, alguém digitou seu endereço por engano. Não é preciso fazer nada: sem a sua confirmação, ele não será usado.',
      reason: 'Você recebeu este e-mail porque este endereço foi informado para uma conta em {service}.',
    },
    'session-stopped': {
      subject: 'Desconectamos um dispositivo da sua conta em {service}',
      preview:
        'Alguém pode ter copiado a sessão desse dispositivo, por isso nós a encerramos. Este e-mail explica o que fazer agora.',
      heading: 'Desconectamos um dispositivo',
      opening:
        'Uma sessão sua em {service} foi usada em dois lugares, como acontece quando alguém a copia. Por isso, nós a encerramos: o dispositivo foi desconectado, assim como quem copiou a sessão.',
      closing:
        'Para continuar usando esse dispositivo, entre de novo na sua conta por ele. Se você não o reconhece, ou se outra pessoa pode tê-lo usado, altere também sua senha.',
      reason: aboutSafety,
    },
    'device-key-refused': {
      subject: 'Bloqueamos uma cópia da sua sessão em {service}',
      preview:
        'Seu dispositivo continua conectado, e ninguém mais entrou. Este e-mail explica o que aconteceu e o que você pode fazer.',
      heading: 'Bloqueamos uma cópia da sua sessão',
      opening:
        'Alguém tentou usar uma cópia da sua sessão em {service} sem ter o dispositivo a que ela pertence. Bloqueamos a tentativa. Seu dispositivo continua conectado.',
      closing:
        'Não é preciso fazer nada. Se esse dispositivo pode ter estado nas mãos de outra pessoa, ou se você não o reconhece, desconecte-o na sua conta e altere sua senha.',
      reason: aboutSafety,
    },
    'new-sign-in': {
      subject: 'Novo login na sua conta em {service}',
      preview: nothingToDo,
      heading: 'Novo login na sua conta',
      opening:
        'Alguém entrou na sua conta em {service} por um dispositivo que ainda não tinha sido usado para isso.',
      closing:
        'Se foi você, não é preciso fazer nada. Se não foi, redefina sua senha em {service} imediatamente: isso desconecta todos os dispositivos. Confira também se ninguém mais tem acesso aos seus e-mails.',
      reason: aboutSafety,
    },
    'totp-added': {
      subject: 'A verificação em duas etapas foi ativada em {service}',
      preview: nothingToDo,
      heading: 'A verificação em duas etapas foi ativada',
      opening:
        'A partir de agora, também é preciso digitar um código de um app autenticador para entrar em {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'totp-removed': {
      subject: 'A verificação em duas etapas foi desativada em {service}',
      preview: nothingToDo,
      heading: 'A verificação em duas etapas foi desativada',
      opening: 'Não é mais preciso digitar um código de um app autenticador para entrar em {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'recovery-codes-renewed': {
      subject: 'Novos códigos de recuperação foram gerados em {service}',
      preview: nothingToDo,
      heading: 'Novos códigos de recuperação foram gerados',
      opening: 'Os códigos de recuperação que você tinha antes não funcionam mais em {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-added': {
      subject: 'Uma chave de acesso foi adicionada em {service}',
      preview: nothingToDo,
      heading: 'Uma chave de acesso foi adicionada',
      opening: 'Agora é possível entrar na sua conta em {service} com uma nova chave de acesso.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'passkey-removed': {
      subject: 'Uma chave de acesso foi removida em {service}',
      preview: nothingToDo,
      heading: 'Uma chave de acesso foi removida',
      opening: 'Uma das suas chaves de acesso não serve mais para entrar na sua conta em {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-added': {
      subject: 'Um login com outro serviço foi adicionado em {service}',
      preview: nothingToDo,
      heading: 'Um login com outro serviço foi adicionado',
      opening: 'Agora é possível entrar na sua conta em {service} com uma conta de outro serviço.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
    'identity-removed': {
      subject: 'Um login com outro serviço foi removido em {service}',
      preview: nothingToDo,
      heading: 'Um login com outro serviço foi removido',
      opening: 'Uma conta de outro serviço não serve mais para entrar na sua conta em {service}.',
      action: undo,
      closing: undoFactor,
      reason: aboutSafety,
    },
  },

  pages: {
    error: 'Erro: {heading}',
    toTheApp: 'Ir para o app',
    showPassword: 'Mostrar a senha',
    hidePassword: 'Ocultar a senha',
    capsLock: 'O Caps Lock está ativado.',
    waiting: 'Um momento…',
    confirm: {
      heading: 'Confirme seu endereço de e-mail',
      account:
        'O e-mail chegou ao seu endereço, portanto a conta é sua. Crie a senha que você vai usar para entrar.',
      accountButton: 'Confirmar e salvar a senha',
      change: 'Sua conta passa a usar este endereço assim que você o confirmar.',
      changeButton: 'Confirmar meu endereço',
      registered: 'Sua conta está pronta',
      registeredNext:
        'Agora é só entrar com seu endereço de e-mail e sua senha. Você já pode fechar esta página.',
      confirmed: 'Seu endereço de e-mail foi confirmado',
      confirmedNext: 'A partir de agora, sua conta usa este endereço. Você já pode fechar esta página.',
      ifUsed: 'Se você já clicou no botão, seu endereço está confirmado: é só entrar.',
    },
    reset: {
      heading: choosePassword,
      opening: 'Quando a nova senha for salva, todos os dispositivos serão desconectados.',
      button: 'Salvar a nova senha',
      changed: 'Sua senha foi alterada',
      changedNext:
        'Todos os dispositivos foram desconectados. Entre com a nova senha. Você já pode fechar esta página.',
      ifUsed: 'Se você acabou de criar uma nova senha, ela já está valendo: é só entrar com ela.',
    },
    undo: {
      heading: 'Desfazer a alteração',
      opening:
        'Clique no botão, e sua conta volta a ser como era antes da alteração informada no e-mail: o endereço, a verificação em duas etapas, as chaves de acesso e as contas de outros serviços usadas para entrar. Em seguida, todos os dispositivos são desconectados, e a senha deixa de funcionar: enviamos um e-mail para você criar uma nova.',
      button: 'Desfazer a alteração',
      undone: 'A alteração foi desfeita',
      undoneNext:
        'Todos os dispositivos foram desconectados. Um e-mail com um link para criar uma nova senha está a caminho.',
      ifUsed:
        'Se você já clicou no botão, a alteração foi desfeita: crie uma senha com o link do e-mail que chegou em seguida.',
      otherwise: 'Caso contrário, escreva para {support} e inclua o e-mail que você recebeu.',
    },
    fields: {
      name: 'Seu nome',
      nameFault: 'Digite seu nome em uma só linha, com no máximo 100 caracteres.',
      password: 'Senha',
      newPassword: 'Nova senha',
      passwordHint: 'Pelo menos {minimum} caracteres. Algumas palavras sem relação entre si bastam.',
      passwordFault: 'Digite uma senha.',
      secondFactor: 'Código do app autenticador',
      secondFactorHint: 'Seis dígitos, ou um dos códigos de recuperação que você anotou.',
      secondFactorFault: 'Digite os seis dígitos do app ou um dos códigos de recuperação.',
    },
    faults: {
      secondFactorRequired: 'Também é preciso informar o código da verificação em duas etapas.',
      invalidSecondFactor: 'O código está errado ou já foi usado. Digite um novo.',
      signUpClosed: 'O cadastro foi encerrado ou não aceita este endereço.',
      tooManyRequests: 'Muitas tentativas em pouco tempo. Espere um minuto e clique no botão de novo.',
      other: 'Não conseguimos fazer isso no momento. Espere alguns segundos e clique no botão de novo.',
    },
    brokenLink: {
      heading: 'Falta uma parte do link',
      opening: 'Abra o link do e-mail de novo ou copie-o inteiro para a barra de endereço.',
      orCode: 'Se preferir, digite no app o código do mesmo e-mail.',
    },
    uselessLink: {
      heading: 'Este link não funciona mais',
      opening:
        'Ele já foi usado, foi enviado há mais de {duration} ou o link de outro e-mail foi usado no lugar dele.',
      anotherMail: 'Receber outro e-mail',
      sent: 'Confira seus e-mails',
      sentNext:
        'Se ainda houver algo para confirmar, um novo e-mail está a caminho do mesmo endereço. Pode levar um minuto. Confira também a pasta de spam.',
    },
    notFound: {
      heading: 'Página não encontrada',
      opening:
        'O endereço pode estar incompleto ou conter um erro. Se ele veio de um e-mail, copie-o inteiro.',
      start: 'O que é este serviço',
    },
    start: {
      opening: 'Este é o serviço de login de {service}. Não há nada para ver nesta página.',
      fromMail:
        'Se você chegou aqui por um e-mail, volte ao app: lá você pode entrar ou pedir uma nova senha.',
      developers: 'Para quem desenvolve: a API',
    },
  },

  passwords: {
    'too-short': 'Use pelo menos {minimum} caracteres. Algumas palavras sem relação entre si bastam.',
    'too-long': 'Use no máximo {maximum} caracteres.',
    repetitive: 'Esta senha repete um mesmo trecho curto. Use algumas palavras sem relação entre si.',
    personal:
      'A maior parte desta senha é seu nome, seu endereço de e-mail ou o nome deste serviço. Acrescente palavras sem relação com eles.',
    sequential:
      'A maior parte desta senha segue a ordem do teclado, do alfabeto ou dos números. Acrescente palavras sem relação entre si.',
    common:
      'Esta senha está entre as primeiras que alguém tentaria adivinhar. Use algumas palavras sem relação entre si.',
    breached:
      'Esta senha está em uma lista de senhas roubadas de outros serviços. Use algumas palavras sem relação entre si.',
  },

  problems: {
    'malformed-body': 'O corpo da solicitação não é um JSON válido.',
    'invalid-dpop-proof': 'A prova DPoP não é válida.',
    'use-dpop-nonce':
      'A prova DPoP precisa de um nonce deste serviço: o horário dela não confere com o nosso.',
    'device-key-required': 'A sessão está vinculada a uma chave do dispositivo: envie uma prova DPoP.',
    'device-key-mismatch': 'A sessão está vinculada a outra chave do dispositivo.',
    'invalid-code': 'O código está errado.',
    'invalid-token': 'Este link ou código está errado, já foi usado ou expirou.',
    'passkey-not-accepted': 'Esta chave de acesso, ou o que ela assinou, não foi aceita.',
    'id-token-not-accepted': 'Este ID token não foi aceito.',
    'invalid-credentials': 'Endereço de e-mail ou senha incorretos.',
    'invalid-access-token': 'O access token está ausente ou não é válido.',
    'invalid-refresh-token': 'O refresh token não é válido.',
    'refresh-token-reused': 'O refresh token já tinha sido usado; a sessão dele foi encerrada.',
    'recent-sign-in-required': 'Para fazer isso, entre de novo: é preciso um login recente.',
    'session-ended': 'A sessão foi encerrada.',
    'email-not-verified': 'O endereço de e-mail ainda não foi confirmado.',
    'second-factor-required': 'Para entrar, também é preciso fazer a verificação em duas etapas.',
    'invalid-second-factor': 'O código da verificação em duas etapas está errado ou já foi usado.',
    'account-disabled': 'Esta conta foi desativada.',
    'sign-up-closed': 'O cadastro está fechado ou não aceita este endereço de e-mail.',
    'admin-only': 'Só quem administra o serviço pode fazer isso.',
    'user-is-admin': 'Contas de administração só podem ser alteradas pela linha de comando.',
    'account-is-guest':
      'Uma conta de visitante não permite isso: adicione antes um endereço de e-mail ou uma forma de entrar.',
    'cross-site-request': 'Cookies só são aceitos quando vêm de páginas deste serviço.',
    'not-the-author': 'Só quem publicou pode fazer isso.',
    'not-found': 'Não encontramos nada aqui.',
    'way-not-enabled': 'Esta forma de entrar não está ativada.',
    'method-not-allowed': 'Este caminho não aceita este método.',
    'refresh-superseded': 'O refresh token foi usado por outra chamada: leia de novo o token armazenado.',
    'no-address': 'A conta não tem um endereço de e-mail para receber mensagens.',
    'identity-taken': 'Este endereço de e-mail ou este login com outro serviço já pertence a outra conta.',
    'last-way-in': 'Esta é a última forma de entrar: adicione outra antes.',
    'too-many-passkeys': 'A conta atingiu o limite de chaves de acesso: remova uma antes.',
    'too-many-identities': 'A conta atingiu o limite de logins com outros serviços: remova um antes.',
    'title-taken': 'Outra publicação já tem este título.',
    'precondition-failed': 'O conteúdo mudou desde a última leitura.',
    'body-too-large': 'O corpo da solicitação tem mais de 64 KiB.',
    'unsupported-media-type': 'O corpo da solicitação precisa ser application/json.',
    'validation-failed': 'Alguns campos não estão preenchidos corretamente.',
    'weak-password': 'A senha é fácil demais de adivinhar.',
    'too-many-requests': 'Muitas solicitações em pouco tempo.',
    'internal-error': 'Algo deu errado do nosso lado.',
    'service-unavailable': 'O serviço não está disponível no momento.',
  },
};
