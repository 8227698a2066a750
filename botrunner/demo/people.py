"""Sixty invented members. Their ids lie far above those Telegram has given out."""

from accounts.services import Contact

FIRST_ID = 900_000_000_000_001

# First name, last name, username ("" for none), language of the app.
_PEOPLE = """
Amelia|Hart|amelia_hart|en
Noah|Bennett|noahb|en
Priya|Raman|priya_r|en
Oliver|Stone||en
Grace|Okafor|grace_ok|en
Ethan|Doyle|ethandoyle|en
Isla|Murray|isla_m|en
Lucas|Grant||en
Maya|Fernandes|maya_f|en
Tom|Whitfield|tomwhit|en
Zoe|Adler|zoe_adler|en
Ravi|Kapoor|ravik|en
Hannah|Price||en
Leo|Marsh|leomarsh|en
Freya|Lindqvist|freya_l|en
Camille|Laurent|camille_l|fr
Hugo|Petit|hugopetit|fr
Inès|Benali|ines_b|fr
Louis|Garnier||fr
Manon|Roussel|manon_r|fr
Théo|Lefèvre|theo_lf|fr
Jade|Fontaine|jadefontaine|fr
Mathis|Colin||fr
Élodie|Marchand|elodie_m|fr
Adam|Diallo|adam_d|fr
Clara|Noël|clara_noel|fr
Nathan|Perrin|nathanp|fr
Анна|Кузнецова|anna_kuz|ru
Дмитрий|Соколов|dsokolov|ru
Екатерина|Лебедева||ru
Иван|Морозов|ivan_moroz|ru
Мария|Волкова|mvolkova|ru
Никита|Зайцев|nikita_z|ru
Ольга|Павлова|olga_pav|ru
Павел|Семёнов||ru
Татьяна|Егорова|tanya_e|ru
Максим|Фёдоров|maxfed|ru
Юлия|Никитина|yulia_n|ru
Алексей|Громов|agromov|ru
أحمد|منصور|ahmad_m|ar
ليلى|حداد|layla_h|ar
عمر|الخطيب||ar
نور|سالم|noor_s|ar
يوسف|درويش|yousef_d|ar
سارة|عباس|sara_abbas|ar
خالد|ناصر||ar
مريم|زيدان|maryam_z|ar
حسن|جابر|hassan_j|ar
رنا|قاسم|rana_q|ar
Lukas|Brandt|lukas_b|de
Sofia|Conti|sofiaconti|it
Mateo|Vargas|mateo_v|es
Lucía|Ortega||es
Wei|Chen|weichen_t|zh-hans
Yuki|Tanabe|yuki_tb|ja
Marek|Nowicki|mareknow|pl
Beatriz|Lopes|bia_lopes|pt-br
Elif|Demirci|elifd|tr
Jonas|Berg|jonas_berg|sv
Anouk|de Vries|anoukdv|nl
"""


def list_contacts() -> list[Contact]:
    rows = [line.split("|") for line in _PEOPLE.strip().splitlines()]
    return [
        Contact(
            telegram_id=FIRST_ID + index,
            first_name=first,
            last_name=last,
            username=username,
            language_code=language,
        )
        for index, (first, last, username, language) in enumerate(rows)
    ]
