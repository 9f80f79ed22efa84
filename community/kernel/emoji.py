"""Emoji by the names people type between colons, such as :tada:.

The names are those known from other places where people write (GitHub, Slack); what is written is
the character itself, so a text needs no picture and no font of ours.
"""

_TABLE = """
    smile 😄  smiley 😃  grin 😁  grinning 😀  laughing 😆  joy 😂  rofl 🤣
    slightly_smiling_face 🙂  upside_down_face 🙃  wink 😉  blush 😊  innocent 😇
    heart_eyes 😍  star_struck 🤩  smiling_face_with_tear 🥲  yum 😋
    stuck_out_tongue 😛  zany_face 🤪  hugs 🤗  shushing_face 🤫  thinking 🤔
    zipper_mouth_face 🤐  raised_eyebrow 🤨  neutral_face 😐  expressionless 😑
    no_mouth 😶  smirk 😏  unamused 😒  roll_eyes 🙄  grimacing 😬  relieved 😌
    pensive 😔  sleepy 😪  sleeping 😴  mask 😷  face_with_thermometer 🤒
    exploding_head 🤯  partying_face 🥳  sunglasses 😎  nerd_face 🤓  monocle_face 🧐
    confused 😕  worried 😟  slightly_frowning_face 🙁  open_mouth 😮  astonished 😲
    flushed 😳  pleading_face 🥺  cry 😢  sob 😭  scream 😱  disappointed 😞  sweat 😓
    sweat_smile 😅  weary 😩  tired_face 😫  yawning_face 🥱  triumph 😤  rage 😡
    robot 🤖  +1 👍  -1 👎  thumbsup 👍  thumbsdown 👎  clap 👏  wave 👋  raised_hand ✋
    raised_hands 🙌  open_hands 👐  palms_up_together 🤲  handshake 🤝  pray 🙏
    muscle 💪  ok_hand 👌  v ✌️  crossed_fingers 🤞  point_up ☝️  point_down 👇
    point_left 👈  point_right 👉  writing_hand ✍️  fist ✊  vulcan_salute 🖖  eyes 👀
    ear 👂  brain 🧠  heart ❤️  orange_heart 🧡  yellow_heart 💛  green_heart 💚
    blue_heart 💙  purple_heart 💜  black_heart 🖤  white_heart 🤍  brown_heart 🤎
    broken_heart 💔  sparkling_heart 💖  100 💯  boom 💥  sweat_drops 💦  dash 💨
    zzz 💤  speech_balloon 💬  thought_balloon 💭  tada 🎉  confetti_ball 🎊  balloon 🎈
    gift 🎁  trophy 🏆  medal_sports 🏅  1st_place_medal 🥇  2nd_place_medal 🥈
    3rd_place_medal 🥉  dart 🎯  sparkles ✨  star ⭐  star2 🌟  fire 🔥  rocket 🚀
    bulb 💡  zap ⚡  rainbow 🌈  sunny ☀️  partly_sunny ⛅  cloud ☁️  umbrella ☔
    snowflake ❄️  droplet 💧  ocean 🌊  seedling 🌱  herb 🌿  evergreen_tree 🌲
    deciduous_tree 🌳  palm_tree 🌴  cactus 🌵  sunflower 🌻  rose 🌹  cherry_blossom 🌸
    four_leaf_clover 🍀  maple_leaf 🍁  earth_africa 🌍  earth_americas 🌎
    earth_asia 🌏  globe_with_meridians 🌐  world_map 🗺️  mountain ⛰️
    desert_island 🏝️  dog 🐶  cat 🐱  mouse 🐭  rabbit 🐰  fox_face 🦊  bear 🐻
    panda_face 🐼  monkey 🐒  chicken 🐔  penguin 🐧  bird 🐦  owl 🦉  frog 🐸
    turtle 🐢  snail 🐌  butterfly 🦋  bee 🐝  ant 🐜  elephant 🐘  whale 🐳  dolphin 🐬
    fish 🐟  octopus 🐙  apple 🍎  banana 🍌  grapes 🍇  watermelon 🍉  strawberry 🍓
    lemon 🍋  avocado 🥑  bread 🍞  cheese 🧀  egg 🍳  rice 🍚  pizza 🍕  cake 🍰
    birthday 🎂  cookie 🍪  chocolate_bar 🍫  honey_pot 🍯  coffee ☕  tea 🍵  beer 🍺
    champagne 🍾  clinking_glasses 🥂  cup_with_straw 🥤  fork_and_knife 🍴  house 🏠
    office 🏢  school 🏫  hospital 🏥  bank 🏦  factory 🏭  tent ⛺  bus 🚌  train 🚋
    bike 🚲  car 🚗  airplane ✈️  ship 🚢  watch ⌚  alarm_clock ⏰  stopwatch ⏱️
    timer_clock ⏲️  hourglass ⌛  calendar 📆  date 📅  clipboard 📋  memo 📝
    pencil 📝  pencil2 ✏️  pen 🖊️  book 📖  books 📚  open_book 📖  notebook 📓
    bookmark 🔖  newspaper 📰  mag 🔍  mag_right 🔎  link 🔗  paperclip 📎  pushpin 📌
    round_pushpin 📍  bar_chart 📊  chart_with_upwards_trend 📈
    chart_with_downwards_trend 📉  file_folder 📁  open_file_folder 📂
    card_index_dividers 🗂️  file_cabinet 🗄️  wastebasket 🗑️  computer 💻
    keyboard ⌨️  desktop_computer 🖥️  iphone 📱  telephone ☎️  phone ☎️
    camera 📷  video_camera 📹  microphone 🎤  headphones 🎧  loudspeaker 📢  mega 📣
    bell 🔔  no_bell 🔕  email 📧  envelope ✉️  inbox_tray 📥  outbox_tray 📤
    package 📦  mailbox 📫  floppy_disk 💾  cd 💿  battery 🔋  electric_plug 🔌
    satellite 📡  telescope 🔭  microscope 🔬  test_tube 🧪  lock 🔒  unlock 🔓  key 🔑
    old_key 🗝️  hammer 🔨  wrench 🔧  gear ⚙️  toolbox 🧰  magnet 🧲  shield 🛡️
    scales ⚖️  balance_scale ⚖️  compass 🧭  puzzle_piece 🧩  jigsaw 🧩  art 🎨
    musical_note 🎵  guitar 🎸  soccer ⚽  basketball 🏀  game_die 🎲  chess_pawn ♟️
    white_check_mark ✅  heavy_check_mark ✔️  ballot_box_with_check ☑️  x ❌
    negative_squared_cross_mark ❎  heavy_plus_sign ➕  heavy_minus_sign ➖  question ❓
    exclamation ❗  bangbang ‼️  interrobang ⁉️  warning ⚠️  no_entry ⛔
    no_entry_sign 🚫  construction 🚧  recycle ♻️  information_source ℹ️
    arrow_up ⬆️  arrow_down ⬇️  arrow_left ⬅️  arrow_right ➡️
    arrow_right_hook ↪️  leftwards_arrow_with_hook ↩️  arrows_counterclockwise 🔄
    fast_forward ⏩  infinity ♾️  hash #️⃣  one 1️⃣  two 2️⃣  three 3️⃣
    four 4️⃣  five 5️⃣  six 6️⃣  seven 7️⃣  eight 8️⃣  nine 9️⃣
    keycap_ten 🔟  zero 0️⃣  red_circle 🔴  orange_circle 🟠  yellow_circle 🟡
    green_circle 🟢  large_blue_circle 🔵  purple_circle 🟣  white_circle ⚪
    black_circle ⚫  red_square 🟥  green_square 🟩  triangular_flag_on_post 🚩
    checkered_flag 🏁  white_flag 🏳️  rainbow_flag 🏳️‍🌈  family 👪
    technologist 🧑‍💻  teacher 🧑‍🏫  student 🧑‍🎓  scientist 🧑‍🔬
    health_worker 🧑‍⚕️  artist 🧑‍🎨
"""  # noqa: RUF001  # signs that look like letters are meant

_WORDS = _TABLE.split()
EMOJI = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
"""Name -> character, in the order in which they are offered."""
