// Common passwords that no other rule of the policy rejects: lower case and sorted, in the form that the policy looks
// up.
//
// Derived from `passwords-common` of the npm package @zxcvbn-ts/language-common 4.1.3 (MIT licence), which is ordered
// by frequency. Selected: the first 2,000, and all of 15 or more characters. Digits and punctuation around a word of
// four or more letters are stripped; entries without such a word are included from eight characters on. Those that
// the policy already rejects as repetitive or sequential are left out.

export const commonPasswords = `
01011980 01011990 01012010 01012011 1029384756 11223344 11235813 1232323q 147258369 147852369 14789632
31415926 420842084208555 4815162342 741852963 a1b2c a1b2c3d a2b3c a2b3c4d aardvark aaron abgrtyu abigail
access accord action adam adgjmptw adidas admin adrian africa airborne airforce airplane aksjdlasdakj alabama
alaska albert alberto alejandr aleksandr alex alexande alexander alexandr alexis alfred alicia alison allen
allison alpha alpine always alyssa amadeus amanda amateur amber america american anakin anal anderson andre
andrea andreas andrei andrew andrey andy angel angela angelina angelo angels animal anna anthony anton antonio
anubis anything apache apollo apple apples april aragorn archie arizona arnold arsenal arthur artist asdasd
asdf asdfg asdfgh asdfghj asdzxc ashley assass assassin asshole assman athena atlanta atlantis audrey august
aurora austin autumn avalon avatar awesome azerty babe babes baby babydoll babygirl babylon badass badboy
badger baggins bailey ball baller balls bambam banana bandit banshee barbara barbie barcelona barney baseball
basket basketba basketball bass bassman bastard batman baxter beach beagle bear beatles beauty beaver beavis
beer beetle benjamin benson bentley berlin bernard bernie bertha bhrh0h2oof6xbqjeh bianca bigboobs bigboy
bigcock bigdaddy bigdick bigdog bigfoot biggie bigmac bigman bigone bigred bigtits bill billy billybob bird
birdie birthday biscuit bishop bitch bitches biteme blabla black blackcat blackdog blackie blades blaster
blazer blessed blink blizzard blonde blondie blood blowjob blowme blue bluebird bluemoon blues bluesky
bobafett bobbob bobby bobcat boeing bollocks bomber bond bondage bonehead bonnie boobies booboo boobs booger
boogie boomer booty boss boston bottom bowling bpgjldsgjldthnf bradley brandi brandon brandy braves brazil
brenda brendan brian brianna britney brittany bronco broncos brooke brooklyn brooks brother brown brownie
browns bruce bruins bruno brutus bubba bubble bubbles buck buckeye buckeyes buddha buddy budlight buffalo
buffy bulldog bulldogs bullet bullshit bunny burger burton business buster butler butt butter butterfl
butterfly butthead buttons byteme cactus cadillac caesar californ callie calvin camaro camera cameron campbell
canada cancer candy cannon cantona capital captain cardinal carlos carmen carolina caroline carrie carrot
carter cartman caserta casey casino casper cassie castle catch catdog catfish cats cavalier cdtnkfyf celtic
cessna champion chance chandler change changeme chaos charger chargers charles charlie charlott check cheese
chelsea cherokee cherry cheryl chester chevelle chevy cheyenne chicago chichi chicken chicks chiefs chipper
chocolat chopper chris chrissy christ christia christian christin christine christop christy chronic chubby
chuck cindy cjkysirj cjkywt claire classic claudia clayton clifford clinton clover cobra cocacola cock cody
coffee colleen college colorado colors colt columbia compaq computer concrete condor connect connie connor
consumer control cookie cookies cool cooldude coolio cooper copper corona corvette cosmos cotton cougar
country courtney cowboy cowboys coyote crazy cream creative cricket crimson cristina crystal cthutq cumming
cumshot cunt curious curtis daddy dagger daisy dakota dallas damien dancer danger daniel daniela danielle
danni danny darkness darkside darkstar darren darwin dave david daytona dbrnjhbz death debbie december deedee
defender deftones delete delta denis denise dennis denver derrick design desire destiny detroit devil devildog
devils dexter dfvgbh diablo diamond diamonds diana dick dickhead diesel dietcoke digger digital dilbert dillon
dima dirty disney djivanfros doctor dodge dodger dodgers doggie doggy dogs dollar dolphin dolphins dominic
domino donald donkey douglas dragon dragons dream dreamer dreams driver drizzt drowssap drpepper drummer
ducati dude dudley duke duncan dustin eagle eagles eatme eclipse eddie edward einstein ekaterina elaine
electric element elena elephant elizabet elizabeth elvis emerald emily eminem empire energy engineer england
english enigma enjoy enter enterpri eric erotic escort eternity eugene evelyn everton exigen explorer express
extreme falcon family fantasy farmer faster fatboy fatcat father felix fender fernando ferrari ferret fetish
ficken fighter finger fire fireball firebird fireman fish fisher fishing fktrcfylh fktrctq flash flatron
flight flipper florence florida flower flowers fluffy flyers foobar football ford forest forever forget fossil
foster foxtrot france francis frank frankie franklin freak freaky fred freddie freddy free freedom freeman
freepass freeuser french friday friend friends frog froggy frosty fuck fucked fucker fucking fuckit fuckme
fuckoff fuckyou funtime fusion future fyfcnfcbz fylhtq gabriel galaxy galina galore gambit gandalf gangster
garcia garden garfield garrett gateway gators geheim gemini general genesis genius george georgia gerald
german germany geronimo getsome gfhjkm ghbdtn ghbdtnbr ghost giants gibson gilbert ginger giovanni girl girls
gizmo global gloria goblin goblue goddess godzilla goforit gold goldberg golden goldfish goldie golf golfer
goober good google gordon gothic grace gracie graham great green greenday gregory grendel griffin groovy
guinness guitar gundam gunner hacker hamilton hamlet hammer hamster hannah hannibal hansolo happy hard
hardcore hardon harley harmony harold harris harrison harry harvey hawaii hawkeye hd764nw5d7e1vb
hd764nw5d7e1vbv head heather heaven hector helena hellfire hello help helpme hendrix henry hentai herbert
hercules herman hershey hesoyam highland hiphop history hitman hjvfirf hobbes hobbit hockey holden holiday
holland holly hollywoo holmes home homer honda honey hongkong hooker hooters hornet horney horny horse horses
hotdog hotrod hotsex hotstuff hottie house houston howard hummer hunter hunting huskers ibanez icecream iceman
ilovesex iloveu iloveyou immortal impala indian indiana indians indigo infantry inferno infinity insane inside
integra internet intrepid ireland irina irish ironman isabel isabella isabelle island italia iverson iwantu
jack jackass jackie jackoff jackson jacob jaguar jake jamaica james jamie january japan jasmin jasmine jason
jasper jeff jeffrey jennifer jenny jeremy jericho jerome jerry jersey jessica jessie jester jesus jimmy joanna
joanne joejoe joey john johnny johnson joker jonathan jones jordan joseph joshua juice julian julie jumper
jungle junior jupiter justice justin justme juventus kaiser kansas karate karen karina katana kathleen katie
katrina kawasaki keeper kelly kelsey kennedy kenneth kermit kevin killer kimberly king kingdom kingkong kirill
kissme kitten kitty klaster knicks knight kodiak kramer kristen kristin kristina lacrosse ladies ladybug
lakers lancer larisa larry lasvegas laura lauren lawrence leather legend legion legolas lennon leonard
leonardo lesbian leslie lestat lester letmein lhbjkjubz liberty licker lickme lifehack light lights lincoln
linda lindsay lindsey liquid lisa little liverpoo liverpool lizard lobster logan logitech lolita lollipop
lollol london lonewolf long longhorn looking loser louise loulou love lovely loveme lover loverboy lovers
loveyou lucas lucifer lucky lvbnhbq lytdybrbdfvgbhf machine maddie maddog madison madman madmax madness
madonna maestro maggie magic magnum maiden mailcreated makaveli maksim malcolm malibu manager manchester
maniac manson manuel manutd marathon marcel marcus margaret maria mariah marie marina marine marines marino
mario marion mark markus marlboro marley marlin marshall martha martin martina martini marvin mary maryjane
master matrix matt matthew mature maurice maverick maxima maximus maxine maxmax maxwell megadeth melanie
melissa member memphis mercedes mercury merlin metallic metallica mexico michael michel michele michelle
michigan mickey microsoft midnight mike miller millie million milton mine minecraft minnie mirage miranda
mission missy mister mistress mitchell mollie molly momsanaladventure monday money mongoose monica monika
monique monitor monkey monster montana montreal mookie moomoo moon moose morgan morpheus morris morrison
moscow mother motorola mountain mouse movie mozart muffin mulder murphy murray muscle music musicman mustang
mylove nadine naked napoleon naruto nascar nasty nastya natali natalia natalie natasha nathan naughty ncc1701d
ncc1701e ne_e_pod_chehyl nelson nemesis nemvxyheqdd5oqxyxyzi neptune network newlife newman newport newton
newyork nfnmzyf nicholas nick nick1234-rem nicola nicolas nicole nigger nikita nikki niners ninja nintendo
nipple nipples nirvana nissan nolimit none norman norton nothing november nugget nylons obiwan october office
oicu oksana oldman olga oliver olivia omega onelove online open openup orange orion orlando oscar outlaw
overlord oxford pacific packard packers pakistan paladin palmer pamela panama panasonic pandora pantera
panther panthers panties panzer paradise paris parker party pascal pass passat passion passport passw0rd
passwor password passwordassword passwordstandard patches patricia patrick patriot patriots patton paul
pavilion peace peaches peanut peanuts pearljam pebbles peekaboo peewee pegasus pencil penelope penguin penis
penny pentium people pepper pepsi perfect personal pervert peter phantom philip philips phillip philly phoenix
phpbb picard pickle pickles pierre piglet pikachu pimp pimpin pioneer pirate pirates pitbull pizza planet
plastic platinum playboy player playtime please pleasure poison pokemon polaris police polina polniypizdec
pontiac poohbear pookie poop poopoo popcorn popeye porn porno pornstar porsche porter portland portugal potato
potter power powers precious predator prelude presario preston pretty prince princes princess private privet
psycho pumpkin punisher punkrock purple pussies pussy pussycat pussys pyramid python q1w2e q2w3e q2w3e4r
q2w3e4r5t q2w3e4r5t6y qawsed qazqaz qazwsx qazxsw qwaszx qweasd qweqwe qwert qwerty qwertyu rabbit racecar
rachel racing raider raiders rainbow raistlin random ranger rangers raptor rascal rasdzv raven ravens raymond
razz reaper rebecca reddog redhead redman redneck redrum redskins redsox redwings reggie regina remember
renegade review rfrfirf rhbcnbyf ricardo richard richie rick ripper robbie robert roberto robinson rock rocker
rocket rocks rockstar rocky rodney roland rolltide roman rommel ronald ronaldo ronnie rooster roscoe rose
rosebud roxanne rubber rulez runner rush ruslan russell russia rusty ryan sabine sabrina safety sailing sailor
saints sakura salmon samantha sammie sammy sampson samson samsung samuel samurai sandiego sandman sandra sandy
sarah sasha satan saturn savage savannah scarface school scooby scooter scorpio scorpion scotland scott scotty
scully search seattle sebastia secret security seinfeld seminole semperfi serega serena serenity sergey sergio
service sesame seven sex4me sexsex sexual sexy shadow shaggy shalom shamrock shannon shark sharks sharon
shasta shaved sheila shelby shelly sherlock sherman sherry shirley shit shithead shogun shooter shorty shotgun
showme showtime sidney siemens sierra silver silvia simon simone simple simpson simpsons singer single sister
skater skeeter skipper skippy skittles skyline skywalke slayer slick slipknot slut sluts smile smiles smiley
smith smitty smoke smokey smooth snake snakes snapper snatch snickers sniper snoopy snowball snowman soccer
softball software soldier solomon sooners sophia sophie soso123aljg spanky sparky spartak spartan special
speed speedy spencer spider spiderma spiderman spike spirit spitfire spooky sports spring sprite spunky spyder
squirrel squirt srinivas stacey stalker stallion standard stanley star stardust stargate stars startrek
starwars stealth steelers stefan stella stephani stephen sterling steve steven stewart sticky stimpy stinger
stingray stinky stocking stone stones storm stormy street strider strike student stupid subaru sublime success
suck sucker suckit suckme sucks sugar summer sundance sunday sunny sunrise sunset sunshine super superfly
superman support surfer surfing susan suzanne suzuki svetlana swallow sweet sweetie sweetpea sweets sweety
swimming swinger swordfis swordfish sydney sylvia system tanker tanner target tarheel tarheels tarzan tattoo
taurus taylor teacher techno teddy teen teens tennis tequila teresa test tester testing texas thailand thanks
theman theone therock thomas thuglife thumper thunder tickle tiffany tiger tigers tigger timber time timothy
tina tinker tintin titanic titans tits tomcat tommy tomtom tony topgun tornado toronto toshiba tottenha toyota
tracey trains transam travel travis trevor trfnthbyf trigger trinity tristan triumph trixie trojan trombone
trooper trouble truck trucker trucks trumpet trunks trustno tucker turbo turkey turner turtle tweety twilight
twister tyler ultimate unicorn united unreal usuckballz vagina valentin valentina valera valerie vampire
vanessa vanhalen vegeta velvet verbatim veronica veronika vfhbyf vfrcbv vfvjxrf victor victoria victory video
viking vikings viktor vincent viper virgin virginia vision vladimir voodoo voyager walker wallace walter
wanker warcraft warlock warren warrior warriors water waterloo waters watson weasel webster weed welcome
wesley western westham westside wetpussy whatever whiskey white whitney whore whynot wicked wildcat wildcats
william williams willie willow wilson windows winner winnie winston winter wizard wolf wolfgang wolfman
wolfpack wolverin wolverine wolves wombat wonder woody wordpass wrangler wrinkle wutang xavier xfiles yamaha
yankee yankees ybrbnf yellow yfnfif yomama young yvonne zachary zaqwsx zeppelin zipper zombie zqjphsyf6ctifgu
zxcvbn zxcvbnm
`;

/**
 * Phrases that documentation, ours too, and cartoons show as good passwords: they were, until everybody had read
 * them.
 */
export const wellKnownPhrases = [
  'correct horse battery staple',
  'a long sentence is a good password',
  'replace me with words of your own',
  'replace me with other words of your own',
  'this is a long password',
  'a few unrelated words will do',
  'the quick brown fox jumps over the lazy dog',
  'to be or not to be that is the question',
  'lorem ipsum dolor sit amet',
  'may the force be with you',
  'open the pod bay doors hal',
  'i am your father luke',
];
