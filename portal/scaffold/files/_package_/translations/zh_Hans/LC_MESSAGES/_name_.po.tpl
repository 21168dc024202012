msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: zh_Hans\n"
"Plural-Forms: nplurals=1; plural=0;\n"

msgid "[[ title ]]"
msgstr "[[ chinese ]]"

msgid "A new note"
msgstr "新便条"

msgid "A note to your store"
msgstr "给您门店的便条"

msgid "Done"
msgstr "做完了"

msgid "Look at it"
msgstr "查看"

msgid "No notes yet"
msgstr "还没有便条"

msgid "Note to a store"
msgstr "门店便条"

msgid "Notes from the distributor to a store."
msgstr "经销商写给门店的便条。"

msgid "Notes to stores"
msgstr "给门店的便条"

msgid "Read notes to stores"
msgstr "查看给门店的便条"

msgid "Send"
msgstr "发送"

msgid "Store number"
msgstr "门店编号"

msgid "The store has been told."
msgstr "已告知门店。"

msgid "There is no such store."
msgstr "没有这家门店。"

msgid "What is written to a store stands here."
msgstr "写给门店的内容会出现在这里。"

msgid "What the store is to know or to do"
msgstr "门店要知道或要做的事"

msgid "Write notes to stores"
msgstr "给门店写便条"

msgid "done"
msgstr "已完成"

msgid "did what a note asked for"
msgstr "照便条做了"

msgid "wrote a note"
msgstr "写了便条"
