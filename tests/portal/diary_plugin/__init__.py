"""A plug-in that keeps something about people, and can be made to fail."""

from portal.api import PersonalData, Plugin


class Diary(Plugin):
    name = "diary"
    title = "Diary"
    version = "1"
    broken = False
    told: list[int] = []

    def personal_data(self, person):
        if Diary.broken:
            raise ValueError("ink spilt")
        return [PersonalData("Entries", ({"text": f"about {person.name}"},))]

    def erase_person(self, person):
        if Diary.broken:
            raise ValueError("ink spilt")
        Diary.told.append(person.id)
