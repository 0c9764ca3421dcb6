// What src/passwords/policy promises: NIST SP 800-63B-4 section 3.1.1.2, and no long passphrase refused for a word in it.

import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { checkPassword, defaultMinimumLength } from '../../../src/passwords/policy.ts';
import { maximumLength, refusalIn } from '../../../src/passwords/refusal.ts';
import { en } from '../../../src/words/en.ts';

const context = ['Anna Kowalska', 'anna.kowalska@example.com', 'Latchkey'];
const reasonFor = (password: string, minimumLength = defaultMinimumLength, known = context) => {
  const outcome = checkPassword(password, { minimumLength, context: known });
  return outcome.accepted ? 'accepted' : outcome.reason;
};

describe('length', () => {
  it('is 15 or more unless it is set otherwise', () => {
    expect(reasonFor('mild otter 42x')).toBe('too-short');
    expect(reasonFor('mild otter 42xy')).toBe('accepted');
  });

  it('can be set, though never under 8', () => {
    expect(reasonFor('otter42', 4)).toBe('too-short');
    expect(reasonFor('otter42x', 4)).toBe('accepted');
    expect(reasonFor('mild otter 42xy', 20)).toBe('too-short');
  });

  it('is 1,024 at most', () => {
    const unrepeated = Array.from({ length: maximumLength }, (_, at) =>
      String.fromCodePoint(0x4e00 + at),
    ).join('');
    expect(reasonFor(unrepeated)).toBe('accepted');
    expect(reasonFor(`${unrepeated}x`)).toBe('too-long');
    expect(reasonFor('x'.repeat(1_000_000))).toBe('too-long');
    const normalize = vi.spyOn(String.prototype, 'normalize');
    expect(reasonFor(`a${'\u0301'.repeat(15_000)}${'\u0316'.repeat(15_000)}`)).toBe('too-long');
    expect(normalize).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('counts code points after NFC: neither UTF-16 units, nor bytes, nor accents typed apart', () => {
    const fourteen = [...'🦦🦉🐢🐙🦋🐌🦀🐡🦜🐍🦎🐳🦚🐝'];
    expect(fourteen).toHaveLength(14);
    expect(reasonFor(fourteen.join(''))).toBe('too-short');
    expect(reasonFor([...fourteen, '🦔'].join(''))).toBe('accepted');
    expect(reasonFor('żółta łódź Łucj'.normalize('NFD').slice(0, -2))).toBe('too-short');
    expect(reasonFor('żółta łódź Łucj'.normalize('NFD'))).toBe('accepted');
  });
});

describe('characters', () => {
  it.each([
    'all lower case words',
    'NUR GROSSBUCHSTABEN',
    '839120394810556',
    '!?%&/()=[]{}*+~#-',
    '    leading and trailing    ',
    'пароли бывают длинными',
    '正しい馬の電池のホチキスは長い言葉です',
    'tab\tand\nnewline inside',
  ])('of any kind will do: %j', (password) => {
    expect(reasonFor(password)).toBe('accepted');
  });
});

describe('a password that repeats itself', () => {
  it.each([
    'aaaaaaaaaaaaaaa',
    '               ',
    'abcabcabcabcabc',
    'AbcaBCabcABCabc',
    'passwordpassword',
    'word word word word',
    'mild otter mild otter',
    'otter42otter42otter42',
    '🦦🦉🦦🦉🦦🦉🦦🦉🦦🦉🦦🦉🦦🦉🦦🦉',
  ])('counts once: %j', (password) => {
    expect(reasonFor(password)).toBe('repetitive');
  });

  it('is judged by the piece when that is long enough', () => {
    expect(reasonFor('mild otter 42xymild otter 42xy')).toBe('accepted');
    expect(reasonFor('passwordpassword', 8)).toBe('common');
  });
});

describe('a password along the keyboard, the alphabet or the digits', () => {
  it.each([
    '123456789012345',
    '987654321098765',
    'abcdefghijklmnop',
    'qwertyuiopasdfghjkl',
    'QwertyuiopAsdfghjkl',
    'qwertzuiopasdfg',
    '1qaz2wsx3edc4rfv',
    'zaq12wsxcde34rfv',
    '1q2w3e4r5t6y7u8i',
    '111222333444555',
    'aaaaaaaaaaaaaaab',
    'abcdefgh12345678',
  ])('is refused: %s', (password) => {
    expect(reasonFor(password)).toBe('sequential');
  });

  it('may hold such a piece', () => {
    expect(reasonFor('mild otters 12345')).toBe('accepted');
    expect(reasonFor('the understudy is first')).toBe('accepted');
  });
});

describe('a common password', () => {
  it.each(['password', 'sunshine', 'iloveyou', 'trustno1', 'passw0rd', 'starwars', 'corvette', 'bigdaddy'])(
    'is refused where the minimum lets it get so far: %s',
    (password) => {
      expect(reasonFor(password, 8)).toBe('common');
      expect(reasonFor(password.toUpperCase(), 8)).toBe('common');
    },
  );

  it.each([
    'Password12345678',
    'dragon!!!!!19871',
    '2019-07-14 monkey',
    '***Sunshine2026***',
    'momsanaladventure',
  ])('is refused with digits and punctuation around it: %s', (password) => {
    expect(reasonFor(password)).toBe('common');
  });

  it('is refused though part of it is a name', () => {
    expect(reasonFor('sunshine', 8, ['Sun Lee'])).toBe('common');
  });

  it('may stand in a passphrase', () => {
    expect(reasonFor('password of the old lighthouse')).toBe('accepted');
    expect(reasonFor('sunshine dragon over a monkey')).toBe('accepted');
  });
});

describe('common passwords in a row', () => {
  it.each([
    'passwordpassword1',
    'iloveyouiloveyou1',
    'footballfootball2',
    'letmeinletmein12',
    'trustno1trustno12',
    'princessprincess1',
    'PasswordPassword1',
    '1passwordpassword',
    'password1password2',
    'password-password!',
    'password password password 1',
    'iloveyou.iloveyou.2026',
    'dragonmonkey2026',
    'Dragon-Monkey-2026',
    'dragonmonkeydragon',
    'sunshine dragon monkey',
    'letmein12trustno1',
    'football 1987 princess 2001',
  ])('are refused: %s', (password) => {
    expect(reasonFor(password)).toBe('common');
  });

  it.each([
    'sunshine dragon monkey football', // four of them
    'passwordx passwordy',
    'dragon monkeyesque',
    'mild otter dragon',
    '839120394810556',
    'otter password otter1',
  ])('are told from a passphrase: %s', (password) => {
    expect(reasonFor(password)).toBe('accepted');
  });

  it('are refused beside what is known about the person', () => {
    expect(reasonFor('anna-dragonmonkey-2026')).toBe('common');
  });

  it('are found in a time that does not explode, however they lie in one another', () => {
    const words = ['pass', 'password', 'word', 'master', 'mast', 'monkey', 'dragon'];
    const start = Date.now();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 60, maxLength: 120 }), (chosen) => {
        checkPassword(`${chosen.join('')}x`, { minimumLength: 15, context: [] });
      }),
      { numRuns: 100 },
    );
    expect(Date.now() - start).toBeLessThan(5_000);
  });
});

describe('a phrase that everybody has read', () => {
  it.each([
    'correct horse battery staple',
    'CorrectHorseBatteryStaple',
    'correct-horse-battery-staple-1',
    'a long sentence is a good password',
    'A long sentence is a good password!',
    'replace me with words of your own',
    'The quick brown fox jumps over the lazy dog.',
  ])('is refused: %s', (password) => {
    expect(reasonFor(password)).toBe('common');
  });

  it('may be part of another', () => {
    expect(reasonFor('correct horse battery staple, mild otter')).toBe('accepted');
  });
});

describe('a password of what is known about the person', () => {
  it.each([
    'Anna.Kowalska.1987',
    'anna.kowalska@example.com',
    'kowalska kowalska anna',
    'AnnaKowalska2026!',
    'latchkeyLatchkey!!',
    'latchkey-anna-2026',
    'Kowalska@Latchkey',
  ])('is refused: %s', (password) => {
    expect(reasonFor(password)).toBe('personal');
  });

  it('is refused when it only adds what is guessed first', () => {
    expect(reasonFor('latchkey12345678')).toBe('sequential');
    expect(reasonFor('latchkey-password-26')).toBe('common');
  });

  it('may hold a name among other words', () => {
    expect(reasonFor('anna reads in the tall old tower')).toBe('accepted');
    expect(reasonFor('savannah hosts mild otters')).toBe('accepted');
    expect(reasonFor('my latchkey hangs by the door')).toBe('accepted');
  });

  it('may hold a name of one or two letters any number of times', () => {
    expect(reasonFor('eerie lila alea ailee', 15, ['A E Li', 'li@example.com'])).toBe('accepted');
  });

  it('is found when one name begins another', () => {
    expect(reasonFor('annabelAnnabel9x', 15, ['Anna Annabel'])).toBe('personal');
  });

  it('is found whatever the alphabet, accents and characters of the name', () => {
    expect(reasonFor('ЖанаЕвтушенко12', 15, ['Жана Евтушенко'])).toBe('personal');
    expect(reasonFor('zoe\u0308zoe\u0308mu\u0308ller1985', 15, ['Zoë Müller'])).toBe('personal');
    expect(reasonFor('$&(.*)+[mild otters', 15, ['.* $& (+', '[a-z]'])).toBe('accepted');
  });
});

describe('the outcome', () => {
  it('of a refusal is a sentence for the person', () => {
    const outcome = checkPassword('short', { minimumLength: 15, context });
    expect(outcome).toEqual({ accepted: false, reason: 'too-short' });
    expect(refusalIn(en, 'too-short', 15)).toBe('Use at least 15 characters. A few unrelated words will do.');
  });

  it('is given for every string there is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.string()), (password, known) => {
        const length = [...password.normalize('NFC')].length;
        const outcome = checkPassword(password, { minimumLength: 15, context: known });
        expect(outcome.accepted === false && outcome.reason === 'too-short').toBe(length < 15);
      }),
    );
  });
});
