-- No rows: one class of the industrial classification in both versions.
insert into core.industry (industry_id, plan_sector, vsic2018, name_2018, name_en, vsic2025, name_2025, relation)
values (
    %(sort_order)s, %(plan_sector)s, %(vsic2018)s, %(name_2018)s, %(name_en)s, %(vsic2025)s, %(name_2025)s,
    %(relation_2018_2025)s
)
on conflict (industry_id) do update set
    plan_sector = excluded.plan_sector, vsic2018 = excluded.vsic2018, name_2018 = excluded.name_2018,
    name_en = excluded.name_en, vsic2025 = excluded.vsic2025, name_2025 = excluded.name_2025,
    relation = excluded.relation
