import { sql, type Kysely } from 'kysely'

/**
 * `append_batch` commits one lane's batch in one statement. It locks the lane's row first, and refuses a writer that is
 * not its owner any more. A repeated `client_id` violates the key of `message` and undoes the whole batch: the writer
 * then looks the repeats up. Plans that scan are switched off, since a plan made on an empty table would stay.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function append_batch(
      p_lane int, p_owner_epoch bigint, p_next_id bigint, p_published_pos bigint, p_payload text, p_now timestamptz,
      m_conversation_id bigint[], m_seq bigint[], m_id bigint[], m_rev bigint[], m_sender_id bigint[], m_client_id uuid[], m_content text[],
      m_text_no bigint[], m_extra jsonb[],
      c_id bigint[], c_last_seq bigint[], c_last_rev bigint[], c_text_count bigint[], c_updated_at timestamptz[],
      w_conversation_id bigint[], w_user_id bigint[], w_read_seq bigint[], w_delivered_seq bigint[], w_read_texts bigint[], w_unread_extra int[], w_read_moved bool[], w_delivered_moved bool[],
      p_changes jsonb, p_edits jsonb, p_has_support bool
    ) returns bigint language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
    as $$
    declare v_pos bigint;
    begin
      update lane set pos = pos + 1, next_id = p_next_id, published_pos = greatest(published_pos, p_published_pos)
        where lane = p_lane and owner_epoch = p_owner_epoch returning pos into v_pos;
      if not found then
        raise exception 'lane % has another owner', p_lane using errcode = 'PL001';
      end if;

      insert into message (conversation_id, seq, id, rev, pos, sender_id, client_id, content, text_no, created_at,
          kind, parent_id, attachments, mentions, quote, system, forwarded_from)
        select conversation_id, seq, id, rev, v_pos, sender_id, client_id, content, text_no, p_now,
          coalesce(extra ->> 'kind', 'text'), (extra ->> 'parent_id')::bigint, extra -> 'attachments', extra -> 'mentions',
          extra -> 'quote', extra -> 'system', (extra ->> 'forwarded_from')::bigint
        from unnest(m_conversation_id, m_seq, m_id, m_rev, m_sender_id, m_client_id, m_content, m_text_no, m_extra)
          as m (conversation_id, seq, id, rev, sender_id, client_id, content, text_no, extra);

      if p_changes is not null then
        insert into message_edit (message_id, rev, content, replaced_at)
          select message_id, rev, content, p_now from jsonb_to_recordset(p_edits) as e (message_id bigint, rev bigint, content text);
        delete from message_edit where message_id in
          (select id from jsonb_to_recordset(p_changes) as d (id bigint, deleted_at timestamptz) where deleted_at is not null);
        update message m
          set rev = t.rev, pos = case when t.rev > m.rev then v_pos else m.pos end, content = t.content,
            edited_at = t.edited_at, deleted_at = t.deleted_at, reply_count = t.reply_count,
            attachments = t.attachments, reactions = t.reactions, mentions = t.mentions, quote = t.quote
          from jsonb_to_recordset(p_changes) as t (id bigint, rev bigint, content text, edited_at timestamptz, deleted_at timestamptz,
            reply_count int, attachments jsonb, reactions jsonb, mentions jsonb, quote jsonb)
          where m.id = t.id;
      end if;

      update conversation c
        set last_seq = t.last_seq, last_rev = t.last_rev, text_count = t.text_count, updated_at = t.updated_at, pos = v_pos
        from unnest(c_id, c_last_seq, c_last_rev, c_text_count, c_updated_at) as t (id, last_seq, last_rev, text_count, updated_at)
        where c.id = t.id;

      if p_has_support then
        update support_conversation s set updated_at = t.updated_at, pos = v_pos
          from unnest(c_id, c_updated_at) as t (id, updated_at) where s.conversation_id = t.id;
      end if;

      update member m
        set read_seq = t.read_seq, delivered_seq = t.delivered_seq, read_texts = t.read_texts, unread_extra = t.unread_extra,
          read_pos = case when t.read_moved then v_pos else m.read_pos end,
          delivered_pos = case when t.delivered_moved then v_pos else m.delivered_pos end
        from unnest(w_conversation_id, w_user_id, w_read_seq, w_delivered_seq, w_read_texts, w_unread_extra, w_read_moved, w_delivered_moved)
          as t (conversation_id, user_id, read_seq, delivered_seq, read_texts, unread_extra, read_moved, delivered_moved)
        where m.conversation_id = t.conversation_id and m.user_id = t.user_id;

      insert into outbox (lane, pos, payload) values (p_lane, v_pos, p_payload);
      return v_pos;
    end $$`.execute(db)

  // Makes the outbox's partitions of today and the next two days, and drops those older than two days.
  await sql`
    create function keep_outbox() returns void language plpgsql as $$
    declare d date; p record;
    begin
      perform pg_advisory_xact_lock(hashtext('parley messaging outbox'));
      for i in -1..2 loop
        d := (now() at time zone 'UTC')::date + i;
        execute format('create table if not exists %I partition of outbox for values from (%L) to (%L)',
          'outbox_' || to_char(d, 'YYYYMMDD'), d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC');
      end loop;
      for p in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'outbox'::regclass loop
        if p.relname < 'outbox_' || to_char((now() at time zone 'UTC')::date - 3, 'YYYYMMDD') then
          execute format('drop table %I', p.relname);
        end if;
      end loop;
    end $$`.execute(db)
}
